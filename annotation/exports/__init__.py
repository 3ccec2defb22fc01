"""What an export's zip holds: pure writers, no Django."""
