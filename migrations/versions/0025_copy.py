"""The copy: plans, copies, packs, item index, versions and changes of settings, restores, mass losses, guided exports.

Revision ID: 0025_copy
Revises: 0024_places
"""

import sqlalchemy as sa
from alembic import op

from b24app.database import Moment, Sealed, SealedBytes

revision = "0025_copy"
down_revision = "0024_places"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; nobody has a copy yet."""
    op.create_table(
        "backup_copy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("base_id", sa.Integer(), nullable=True),
        sa.Column("folder", sa.String(length=80), nullable=False),
        sa.Column("with_files", sa.Boolean(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_by_name", sa.String(length=255), nullable=False),
        sa.Column("created_at", Moment(timezone=True), nullable=False),
        sa.Column("begun_at", Moment(timezone=True), nullable=True),
        sa.Column("read_at", Moment(timezone=True), nullable=True),
        sa.Column("ended_at", Moment(timezone=True), nullable=True),
        sa.Column("rests_until", Moment(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=300), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("sealed_bytes", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("proofs", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("forgotten_at", Moment(timezone=True), nullable=True),
        sa.Column("chain_mark", sa.String(length=64), nullable=False),
        sa.Column("sealed_for", sa.String(length=170), nullable=False),
        sa.Column("manifest_sha256", sa.String(length=64), nullable=False),
        sa.Column("taken", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("taken_at", Moment(timezone=True), nullable=True),
        sa.Column("portal_at", Moment(timezone=True), nullable=True),
        sa.Column("shape", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("portal_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portal_id"], ["portal.id"], name=op.f("fk_backup_copy_portal_id_portal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_copy")),
    )
    op.create_index(op.f("ix_backup_copy_portal_id"), "backup_copy", ["portal_id"], unique=False)
    op.create_index("ix_backup_copy_portal_id_state", "backup_copy", ["portal_id", "state"], unique=False)
    reading = sa.text("state IN ('waiting', 'reading', 'resting', 'paused')")
    op.create_index(
        "uq_backup_copy_reading",
        "backup_copy",
        ["portal_id"],
        unique=True,
        sqlite_where=reading,
        postgresql_where=reading,
    )
    op.create_table(
        "backup_entity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("copy_id", sa.Integer(), nullable=False),
        sa.Column("entity", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("cursor", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("gone", sa.BigInteger(), nullable=False),
        sa.Column("present", sa.BigInteger(), nullable=True),
        sa.Column("changed_from", Moment(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=300), nullable=False),
        sa.Column("begun_at", Moment(timezone=True), nullable=True),
        sa.Column("ended_at", Moment(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("portal_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portal_id"], ["portal.id"], name=op.f("fk_backup_entity_portal_id_portal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_entity")),
        sa.UniqueConstraint("copy_id", "entity", name=op.f("uq_backup_entity_copy_id_entity")),
    )
    op.create_index(op.f("ix_backup_entity_copy_id"), "backup_entity", ["copy_id"], unique=False)
    op.create_index(op.f("ix_backup_entity_portal_id"), "backup_entity", ["portal_id"], unique=False)
    op.create_table(
        "backup_item_index",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity", sa.String(length=64), nullable=False),
        sa.Column("stretch", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("portal_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portal_id"],
            ["portal.id"],
            name=op.f("fk_backup_item_index_portal_id_portal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_item_index")),
        sa.UniqueConstraint(
            "portal_id", "entity", "stretch", name=op.f("uq_backup_item_index_portal_id_entity_stretch")
        ),
    )
    op.create_index(op.f("ix_backup_item_index_portal_id"), "backup_item_index", ["portal_id"], unique=False)
    op.create_table(
        "backup_pack",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("copy_id", sa.Integer(), nullable=False),
        sa.Column("entity", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("plain_sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.String(length=64), nullable=False),
        sa.Column("last_id", sa.String(length=64), nullable=False),
        sa.Column("stored_at", Moment(timezone=True), nullable=False),
        sa.Column("reread_at", Moment(timezone=True), nullable=True),
        sa.Column("damaged", sa.String(length=300), nullable=False),
        sa.Column("portal_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portal_id"], ["portal.id"], name=op.f("fk_backup_pack_portal_id_portal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_pack")),
        sa.UniqueConstraint("copy_id", "entity", "number", name=op.f("uq_backup_pack_copy_id_entity_number")),
    )
    op.create_index(op.f("ix_backup_pack_copy_id"), "backup_pack", ["copy_id"], unique=False)
    op.create_index(op.f("ix_backup_pack_portal_id"), "backup_pack", ["portal_id"], unique=False)
    op.create_table(
        "backup_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=80), nullable=False),
        sa.Column("second_recipient", sa.String(length=80), nullable=False),
        sa.Column("key_at", Moment(timezone=True), nullable=True),
        sa.Column("key_kept_at", Moment(timezone=True), nullable=True),
        sa.Column("key_by", sa.Integer(), nullable=False),
        sa.Column("key_by_name", sa.String(length=255), nullable=False),
        sa.Column("target_kind", sa.String(length=12), nullable=False),
        sa.Column("target", Sealed(), nullable=True),
        sa.Column("target_title", sa.String(length=255), nullable=False),
        sa.Column("target_country", sa.String(length=2), nullable=False),
        sa.Column("country_accepted_at", Moment(timezone=True), nullable=True),
        sa.Column("target_checked_at", Moment(timezone=True), nullable=True),
        sa.Column("target_since", Moment(timezone=True), nullable=True),
        sa.Column("target_error", sa.String(length=300), nullable=False),
        sa.Column("target_notes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("with_data", sa.Boolean(), nullable=False),
        sa.Column("with_files", sa.Boolean(), nullable=False),
        sa.Column("nightly", sa.Boolean(), nullable=False),
        sa.Column("estimate", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("strays", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("restore_allowed_at", Moment(timezone=True), nullable=True),
        sa.Column("restore_allowed_by", sa.Integer(), nullable=False),
        sa.Column("restore_allowed_name", sa.String(length=255), nullable=False),
        sa.Column("portal_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portal_id"], ["portal.id"], name=op.f("fk_backup_plan_portal_id_portal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_plan")),
        sa.UniqueConstraint("portal_id", name=op.f("uq_backup_plan_portal_id")),
    )
    op.create_index(op.f("ix_backup_plan_portal_id"), "backup_plan", ["portal_id"], unique=False)
    op.create_table(
        "download_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("checksum", sa.BigInteger(), nullable=False),
        sa.Column("stored_at", Moment(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("portal_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portal_id"], ["portal.id"], name=op.f("fk_download_part_portal_id_portal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_download_part")),
        sa.UniqueConstraint("portal_id", "name", name=op.f("uq_download_part_portal_id_name")),
    )
    op.create_index(op.f("ix_download_part_portal_id"), "download_part", ["portal_id"], unique=False)
    op.create_table(
        "guided_export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("pack_name", sa.String(length=100), nullable=False),
        sa.Column("added_at", Moment(timezone=True), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("added_by_name", sa.String(length=255), nullable=False),
        sa.Column("stored_at", Moment(timezone=True), nullable=True),
        sa.Column("waiting", sa.LargeBinary(), nullable=True),
        sa.Column("portal_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portal_id"], ["portal.id"], name=op.f("fk_guided_export_portal_id_portal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guided_export")),
    )
    op.create_index(op.f("ix_guided_export_portal_id"), "guided_export", ["portal_id"], unique=False)
    op.create_table(
        "mass_loss",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("entity", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("name", Sealed(), nullable=True),
        sa.Column("lost", sa.Integer(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.Column("since", Moment(timezone=True), nullable=False),
        sa.Column("found_at", Moment(timezone=True), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("told_at", Moment(timezone=True), nullable=True),
        sa.Column("closed_at", Moment(timezone=True), nullable=True),
        sa.Column("closed_how", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("closed_by", sa.Integer(), nullable=False),
        sa.Column("closed_by_name", sa.String(length=255), nullable=False),
        sa.Column("portal_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portal_id"], ["portal.id"], name=op.f("fk_mass_loss_portal_id_portal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mass_loss")),
    )
    op.create_index(op.f("ix_mass_loss_portal_id"), "mass_loss", ["portal_id"], unique=False)
    op.create_index("ix_mass_loss_portal_id_closed_at", "mass_loss", ["portal_id", "closed_at"], unique=False)
    op.create_table(
        "watched_counts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("counted_at", Moment(timezone=True), nullable=False),
        sa.Column("content", SealedBytes(), nullable=False),
        sa.Column("portal_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portal_id"], ["portal.id"], name=op.f("fk_watched_counts_portal_id_portal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watched_counts")),
        sa.UniqueConstraint("portal_id", name=op.f("uq_watched_counts_portal_id")),
    )
    op.create_index(op.f("ix_watched_counts_portal_id"), "watched_counts", ["portal_id"], unique=False)
    op.create_table(
        "deleted_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity", sa.String(length=64), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", Moment(timezone=True), nullable=False),
        sa.Column("portal_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portal_id"], ["portal.id"], name=op.f("fk_deleted_item_portal_id_portal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deleted_item")),
        sa.UniqueConstraint(
            "portal_id", "entity", "item_id", name=op.f("uq_deleted_item_portal_id_entity_item_id")
        ),
    )
    op.create_index(op.f("ix_deleted_item_portal_id"), "deleted_item", ["portal_id"], unique=False)
    op.create_table(
        "restore",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=True),
        sa.Column("stopping", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.Column("copy_id", sa.Integer(), nullable=True),
        sa.Column("loss_id", sa.Integer(), nullable=True),
        sa.Column("title", Sealed(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_by_name", sa.String(length=255), nullable=False),
        sa.Column("created_at", Moment(timezone=True), nullable=False),
        sa.Column("begun_at", Moment(timezone=True), nullable=True),
        sa.Column("ended_at", Moment(timezone=True), nullable=True),
        sa.Column("undo_until", Moment(timezone=True), nullable=True),
        sa.Column("undone_at", Moment(timezone=True), nullable=True),
        sa.Column("plan", SealedBytes(), nullable=False),
        sa.Column("before", SealedBytes(), nullable=True),
        sa.Column("checks_run_id", sa.Integer(), nullable=True),
        sa.Column("by_hand_at", Moment(timezone=True), nullable=True),
        sa.Column("by_hand_name", sa.String(length=255), nullable=False),
        sa.Column("error", sa.String(length=300), nullable=False),
        sa.Column("portal_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portal_id"], ["portal.id"], name=op.f("fk_restore_portal_id_portal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restore")),
        sa.UniqueConstraint("portal_id", "active", name=op.f("uq_restore_portal_id_active")),
    )
    op.create_index(op.f("ix_restore_portal_id"), "restore", ["portal_id"], unique=False)
    op.create_index("ix_restore_portal_id_state", "restore", ["portal_id", "state"], unique=False)
    op.create_table(
        "restore_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("restore_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("entity", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("name", Sealed(), nullable=False),
        sa.Column("mark", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("new_key", sa.String(length=255), nullable=False),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("words", Sealed(), nullable=True),
        sa.Column("at", Moment(timezone=True), nullable=True),
        sa.Column("portal_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portal_id"], ["portal.id"], name=op.f("fk_restore_line_portal_id_portal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restore_line")),
        sa.UniqueConstraint("restore_id", "number", name=op.f("uq_restore_line_restore_id_number")),
    )
    op.create_index(op.f("ix_restore_line_portal_id"), "restore_line", ["portal_id"], unique=False)
    op.create_index(op.f("ix_restore_line_restore_id"), "restore_line", ["restore_id"], unique=False)
    op.create_table(
        "settings_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("before_run_id", sa.Integer(), nullable=False),
        sa.Column("since", Moment(timezone=True), nullable=False),
        sa.Column("seen_at", Moment(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("difference", sa.String(length=12), nullable=False),
        sa.Column("name", Sealed(), nullable=False),
        sa.Column("content", SealedBytes(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("user_name", sa.String(length=255), nullable=False),
        sa.Column("happened_at", Moment(timezone=True), nullable=True),
        sa.Column("portal_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portal_id"], ["portal.id"], name=op.f("fk_settings_change_portal_id_portal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settings_change")),
    )
    op.create_index(op.f("ix_settings_change_portal_id"), "settings_change", ["portal_id"], unique=False)
    op.create_index(
        "ix_settings_change_portal_id_run_id", "settings_change", ["portal_id", "run_id"], unique=False
    )
    op.create_index(
        "ix_settings_change_portal_id_seen_at", "settings_change", ["portal_id", "seen_at"], unique=False
    )
    op.create_table(
        "settings_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity", sa.String(length=64), nullable=False),
        sa.Column("taken_at", Moment(timezone=True), nullable=False),
        sa.Column("seen_at", Moment(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("content", SealedBytes(), nullable=False),
        sa.Column("portal_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portal_id"],
            ["portal.id"],
            name=op.f("fk_settings_version_portal_id_portal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settings_version")),
    )
    op.create_index(op.f("ix_settings_version_portal_id"), "settings_version", ["portal_id"], unique=False)
    op.create_index(
        "ix_settings_version_portal_id_entity",
        "settings_version",
        ["portal_id", "entity", "taken_at"],
        unique=False,
    )
    op.create_table(
        "held_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=False),
        sa.Column("public_key", sa.String(length=80), nullable=False),
        sa.Column("wanted", sa.String(length=170), nullable=False),
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", Moment(timezone=True), nullable=False),
        sa.Column("seen_at", Moment(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("posted_at", Moment(timezone=True), nullable=True),
        sa.Column("taken_at", Moment(timezone=True), nullable=True),
        sa.Column("mistaken", sa.Boolean(), nullable=False),
        sa.Column("portal_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portal_id"], ["portal.id"], name=op.f("fk_held_key_portal_id_portal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_key")),
        sa.UniqueConstraint("portal_id", "purpose", name=op.f("uq_held_key_portal_id_purpose")),
    )
    op.create_index(op.f("ix_held_key_holder"), "held_key", ["holder"], unique=False)
    op.create_index(op.f("ix_held_key_portal_id"), "held_key", ["portal_id"], unique=False)

    op.create_table(
        "settings_night",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asked_at", Moment(timezone=True), nullable=True),
        sa.Column("read_at", Moment(timezone=True), nullable=True),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("entities", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("error", sa.String(length=300), nullable=False),
        sa.Column("portal_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portal_id"], ["portal.id"], name=op.f("fk_settings_night_portal_id_portal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settings_night")),
        sa.UniqueConstraint("portal_id", name=op.f("uq_settings_night_portal_id")),
    )
    op.create_index(op.f("ix_settings_night_portal_id"), "settings_night", ["portal_id"], unique=False)
    op.create_table(
        "change_list_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("begun_at", Moment(timezone=True), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("run_at", Moment(timezone=True), nullable=False),
        sa.Column("before_run_id", sa.Integer(), nullable=False),
        sa.Column("before_at", Moment(timezone=True), nullable=True),
        sa.Column("seen_by_admin", sa.Boolean(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("unanswered", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("portal_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portal_id"],
            ["portal.id"],
            name=op.f("fk_change_list_state_portal_id_portal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_list_state")),
        sa.UniqueConstraint("portal_id", name=op.f("uq_change_list_state_portal_id")),
    )
    op.create_index(op.f("ix_change_list_state_portal_id"), "change_list_state", ["portal_id"], unique=False)
    op.create_table(
        "target_trial",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("typed", Sealed(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("asked_at", Moment(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_by_name", sa.String(length=255), nullable=False),
        sa.Column("error", sa.String(length=300), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("portal_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portal_id"], ["portal.id"], name=op.f("fk_target_trial_portal_id_portal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_trial")),
        sa.UniqueConstraint("portal_id", name=op.f("uq_target_trial_portal_id")),
    )
    op.create_index(op.f("ix_target_trial_portal_id"), "target_trial", ["portal_id"], unique=False)


def downgrade() -> None:
    """Go back."""
    op.drop_index(op.f("ix_target_trial_portal_id"), table_name="target_trial")
    op.drop_table("target_trial")
    op.drop_index(op.f("ix_change_list_state_portal_id"), table_name="change_list_state")
    op.drop_table("change_list_state")
    op.drop_index(op.f("ix_settings_night_portal_id"), table_name="settings_night")
    op.drop_table("settings_night")
    op.drop_index(op.f("ix_held_key_portal_id"), table_name="held_key")
    op.drop_index(op.f("ix_held_key_holder"), table_name="held_key")
    op.drop_table("held_key")
    op.drop_index("ix_settings_version_portal_id_entity", table_name="settings_version")
    op.drop_index(op.f("ix_settings_version_portal_id"), table_name="settings_version")
    op.drop_table("settings_version")
    op.drop_index("ix_settings_change_portal_id_seen_at", table_name="settings_change")
    op.drop_index("ix_settings_change_portal_id_run_id", table_name="settings_change")
    op.drop_index(op.f("ix_settings_change_portal_id"), table_name="settings_change")
    op.drop_table("settings_change")
    op.drop_index(op.f("ix_restore_line_restore_id"), table_name="restore_line")
    op.drop_index(op.f("ix_restore_line_portal_id"), table_name="restore_line")
    op.drop_table("restore_line")
    op.drop_index("ix_restore_portal_id_state", table_name="restore")
    op.drop_index(op.f("ix_restore_portal_id"), table_name="restore")
    op.drop_table("restore")
    op.drop_index(op.f("ix_deleted_item_portal_id"), table_name="deleted_item")
    op.drop_table("deleted_item")
    op.drop_index(op.f("ix_watched_counts_portal_id"), table_name="watched_counts")
    op.drop_table("watched_counts")
    op.drop_index("ix_mass_loss_portal_id_closed_at", table_name="mass_loss")
    op.drop_index(op.f("ix_mass_loss_portal_id"), table_name="mass_loss")
    op.drop_table("mass_loss")
    op.drop_index(op.f("ix_guided_export_portal_id"), table_name="guided_export")
    op.drop_table("guided_export")
    op.drop_index(op.f("ix_download_part_portal_id"), table_name="download_part")
    op.drop_table("download_part")
    op.drop_index(op.f("ix_backup_plan_portal_id"), table_name="backup_plan")
    op.drop_table("backup_plan")
    op.drop_index(op.f("ix_backup_pack_portal_id"), table_name="backup_pack")
    op.drop_index(op.f("ix_backup_pack_copy_id"), table_name="backup_pack")
    op.drop_table("backup_pack")
    op.drop_index(op.f("ix_backup_item_index_portal_id"), table_name="backup_item_index")
    op.drop_table("backup_item_index")
    op.drop_index(op.f("ix_backup_entity_portal_id"), table_name="backup_entity")
    op.drop_index(op.f("ix_backup_entity_copy_id"), table_name="backup_entity")
    op.drop_table("backup_entity")
    op.drop_index("ix_backup_copy_portal_id_state", table_name="backup_copy")
    op.drop_index(op.f("ix_backup_copy_portal_id"), table_name="backup_copy")
    op.drop_table("backup_copy")
