"""Widgets in a portal: one file each; this file only collects them."""

from b24app.placements import (
    application_page,
    crm_analytics_menu,
    crm_deal_list_toolbar,
    left_menu,
    rest_app_uri,
)
from b24app.placements.placement import Placement

PLACEMENTS: dict[str, Placement] = {
    module.PLACEMENT.code: module.PLACEMENT
    for module in (application_page, left_menu, rest_app_uri, crm_deal_list_toolbar, crm_analytics_menu)
}
