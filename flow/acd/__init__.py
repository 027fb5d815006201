"""The queues of one company, pure: events in, commands out. No input or output, no clock, no chance but an injected one."""
