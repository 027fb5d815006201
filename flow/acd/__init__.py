"""The queues of one company, pure: events in, commands out. No I/O, no clock, no chance but an injected one."""
