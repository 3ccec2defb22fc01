"""The vendor's libcast by its C interface, in a process of its own that may crash."""
