"""What exists: one file per entity, tables and their metadata together."""
