"""The web edge: who may see which page, security headers, languages, assets, errors as pages, health."""

from b24app.web.access import author, framed, public
from b24app.web.page_drawing import fragment, page
from b24app.web.toasts import toast

__all__ = ["author", "fragment", "framed", "page", "public", "toast"]
