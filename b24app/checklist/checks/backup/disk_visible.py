"""Is the company disk there?"""

from b24app.checklist.engine.check import Area, Baseline, check, gone
from b24app.checklist.engine.verdict import Verdict, failed, not_used, passed, warned
from b24app.checklist.facts.backup.storage_total import StorageTotal
from b24app.checklist.facts.backup.storages import Storages
from b24app.text.messages import N_


@check(
    title=N_("Company disk is in place"),
    why=N_("Files of orders and contracts lie on the company disk; over the quota nothing can be uploaded."),
    remedy=N_("Open the disk and look whether files open; free space if the portal asks for it."),
    area=Area.BACKUP,
    place=N_("Disk"),
)
def disk_visible(storages: Storages, storage_total: StorageTotal, baseline: Baseline) -> Verdict:
    """Judge that common storages are visible as in the baseline; the disks of groups and people come and go."""
    now = {row.id: row.name for row in storages.rows}
    before = baseline.of(Storages)
    lost = gone({row.id: row.name for row in before.rows} if before else None, now)
    if lost:
        return failed(N_("Storages are gone: %(names)s"), names=lost)
    if not storage_total.count:
        return not_used(N_("The disk is not used"))
    if not now:
        return warned(
            N_("The company disk is not visible, only disks of people and groups are"),
            N_("Ask who closed it: what lies on it is neither checked nor copied"),
        )
    return passed(
        N_("Common storages: %(common)s, all storages: %(count)s"), common=len(now), count=storage_total.count
    )
