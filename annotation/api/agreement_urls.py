"""Routes of agreement between readers."""

from rest_framework.routers import SimpleRouter

from annotation.api.agreement_views import AgreementReportViewSet

router = SimpleRouter()
router.register("agreement-reports", AgreementReportViewSet, basename="agreement-report")

urlpatterns = router.urls
