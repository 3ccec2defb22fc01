"""The Django project and the platform apps every other app stands on."""
