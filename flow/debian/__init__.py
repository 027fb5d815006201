"""Programs of a newer Debian, run from a directory, nothing installed. Standard library only: bootstrap needs it."""
