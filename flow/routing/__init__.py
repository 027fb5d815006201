"""Pure decisions: a company's snapshot and what somebody dialled in, what to do and why out. No input or output."""
