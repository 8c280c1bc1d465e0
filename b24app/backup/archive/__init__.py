"""The archive: packs, manifest, keys; docs/archive.md describes the format."""
