"""Settings, read from the environment; one code path for the embedded stack and production."""

import hashlib
from pathlib import Path

import environ
from celery.schedules import crontab

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

STATE_DIR = Path(env.str("FASCICLE_STATE", default=str(BASE_DIR / ".fascicle")))
DEBUG = env.bool("DJANGO_DEBUG", default=False)
SECRET_KEY = env.str("DJANGO_SECRET_KEY", default="")
if not SECRET_KEY:
    _key_file = STATE_DIR / "secret-key"
    # Only commands that never serve a request (migrations check, schema) run without a key file.
    SECRET_KEY = _key_file.read_text().strip() if _key_file.exists() else "no-key-outside-a-stack"

# web and hub share it; derived so that one machine needs no second secret to be kept
LIVE_SECRET = env.str(
    "FASCICLE_LIVE_SECRET",
    default=hashlib.sha256(b"fascicle live\0" + SECRET_KEY.encode()).hexdigest(),
)
# where browsers and bridges reach the hub: an origin, or a port of this host, or (both empty)
# `/live/` of the site's own address, which a proxy leads to the hub
LIVE_ADDRESS = env.str("FASCICLE_LIVE_ADDRESS", default="")
LIVE_PORT = env.int("FASCICLE_LIVE_PORT", default=0)

FASCICLE_ADDRESS = env.str("FASCICLE_ADDRESS", default="http://127.0.0.1:8000")
ALLOWED_HOSTS = env.list("DJANGO_ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("DJANGO_CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.postgres",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.headless",
    "fascicle.accounts",
    "fascicle.audit",
    "fascicle.jobs",
    "annotation",
    "inference",
    "training",
    "fascicle",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "fascicle.headers.ContentSecurityPolicyMiddleware",
]

ROOT_URLCONF = "fascicle.urls"
ASGI_APPLICATION = "fascicle.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]

# --- stores -------------------------------------------------------------------------------------
DATABASES = {
    "default": {
        **env.db("DATABASE_URL", default="postgres://fascicle@127.0.0.1:5432/fascicle"),
        # ASGI gives each request its own thread, so connections are pooled rather than kept open.
        "CONN_MAX_AGE": 0,
        "ATOMIC_REQUESTS": False,
    }
}
DATABASES["default"].setdefault("OPTIONS", {})
if env.bool("FASCICLE_DATABASE_POOL", default=False):
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 16, "timeout": 20}
    # a connection that died with a restarted database is not handed out
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
}

MEDIA_ROOT = Path(env.str("FASCICLE_MEDIA_ROOT", default=str(STATE_DIR / "media")))
STORAGES = {
    "default": {
        "BACKEND": env.str(
            "FASCICLE_STORAGE", default="django.core.files.storage.FileSystemStorage"
        ),
        "OPTIONS": env.json("FASCICLE_STORAGE_OPTIONS", default={"location": str(MEDIA_ROOT)}),
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Bytes of an upload wait here until ingest has decoded them, and are deleted then.
UPLOAD_WAITING_ROOT = Path(
    env.str("FASCICLE_UPLOAD_WAITING_ROOT", default=str(STATE_DIR / "waiting"))
)
# Days that an upload waits for a person to release it, and that an export waits to be fetched.
UPLOAD_WAITING_DAYS = env.int("FASCICLE_UPLOAD_WAITING_DAYS", default=30)
EXPORT_KEPT_DAYS = env.int("FASCICLE_EXPORT_KEPT_DAYS", default=7)
# Exports are put together here, then handed to the storage.
EXPORT_WORK_ROOT = Path(env.str("FASCICLE_EXPORT_WORK_ROOT", default=str(STATE_DIR / "exporting")))
UPLOAD_MAX_BYTES = env.int("FASCICLE_UPLOAD_MAX_BYTES", default=4 * 1024**3)
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024**2
FRONTEND_DIST = BASE_DIR / "frontend" / "dist"

# --- people -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "none"  # people are added by an admin, never by themselves
ACCOUNT_ADAPTER = "fascicle.accounts.adapter.AccountAdapter"
ACCOUNT_SESSION_REMEMBER = True
# A hospital shares one address, so limits by address are wide; those by account are not.
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "60/m/ip,8/300s/key",
    "reset_password_from_key": "60/m/ip",
}
HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("browser",)
HEADLESS_FRONTEND_URLS = {
    "account_reset_password": "/password/reset",
    "account_reset_password_from_key": "/password/reset/{key}",
    "account_signup": "/login",
    "account_confirm_email": "/login",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = FASCICLE_ADDRESS.startswith("https://")
SESSION_ENGINE = "django.contrib.sessions.backends.db"
CSRF_COOKIE_HTTPONLY = False  # the front end echoes it in X-CSRFToken
CSRF_FAILURE_VIEW = "fascicle.api.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- API ----------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "fascicle.accounts.api.authentication.SessionAuthentication",
        "fascicle.accounts.api.authentication.TokenAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "fascicle.api.pagination.NewestFirst",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "fascicle.api.errors.handle",
    "PAGE_SIZE": 50,
    "DEFAULT_THROTTLE_RATES": {"pairing": "20/min"},
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Fascicle",
    "DESCRIPTION": "Research use only: not for diagnosis, not for guiding a needle.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "ENUM_NAME_OVERRIDES": {
        "AgreementBasis": "annotation.models.AgreementBasis",
        "Role": "fascicle.accounts.models.Role",
        "WorkState": "fascicle.jobs.models.JobState",
        "ClipState": "annotation.models.ClipState",
        "SetState": "annotation.models.SetState",
        "SetPurpose": "annotation.models.SetPurpose",
        "ShapeKind": "annotation.models.ShapeKind",
        "Decision": "annotation.models.Decision",
        "KeyframeSource": "annotation.models.KeyframeSource",
        "StructureKind": "annotation.models.StructureKind",
        "UploadState": "annotation.models.UploadState",
        "CourseState": "annotation.models.CourseState",
        "PracticeMode": "annotation.models.PracticeMode",
        "AliasName": "inference.models.AliasName",
        "RecordingState": "inference.models.RecordingState",
        "RunState": "training.models.RunState",
    },
}

# --- long work: the Job row is the truth, a message only wakes a worker -------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_keepalive": True,
    "health_check_interval": 25,
}
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_SERIALIZER = "json"
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "jobs-reap": {"task": "fascicle.jobs.tasks.reap", "schedule": 5.0},
    "uploads-sweep": {"task": "annotation.tasks.sweep", "schedule": 60.0},
    "assignments-sweep": {"task": "annotation.tasks.assign", "schedule": 60.0},
    "notices-digest": {
        "task": "annotation.tasks.digest",
        "schedule": crontab(hour=env.int("FASCICLE_DIGEST_HOUR", default=6), minute=0),
    },
    "training-sweep": {"task": "training.tasks.sweep", "schedule": 3600.0},
    "recordings-settle": {"task": "inference.tasks.settle", "schedule": 5.0},
    "answers-measure": {"task": "inference.tasks.measure_answers", "schedule": 60.0},
    "worker-pulse": {"task": "fascicle.jobs.tasks.pulse", "schedule": 10.0},
}
JOB_LEASE_SECONDS = env.int("FASCICLE_JOB_LEASE_SECONDS", default=60)
JOB_HEARTBEAT_SECONDS = env.int("FASCICLE_JOB_HEARTBEAT_SECONDS", default=10)

# --- the rest -----------------------------------------------------------------------------------
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
USE_I18N = False
DEFAULT_FROM_EMAIL = env.str("DJANGO_DEFAULT_FROM_EMAIL", default="fascicle@localhost")
EMAIL_BACKEND = env.str(
    "DJANGO_EMAIL_BACKEND", default="django.core.mail.backends.console.EmailBackend"
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("FASCICLE_LOG_LEVEL", default="INFO")},
}
