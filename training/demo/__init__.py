"""The demo project: people, phantom clips with exact delineations, and two small models.

Everything goes in through the services that people use; only the command `load_demo` calls this.
"""
