"""The Celery app. Messages only wake workers; the Job row is the truth (see fascicle.jobs)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fascicle.settings")

app = Celery("fascicle")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["fascicle.jobs"])
