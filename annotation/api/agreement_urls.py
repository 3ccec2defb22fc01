"""Routes of agreement between readers, and of settling where they differ."""

from rest_framework.routers import SimpleRouter

from annotation.api.agreement_views import AgreementReportViewSet
from annotation.api.consensus_views import ConsensusViewSet

router = SimpleRouter()
router.register("agreement-reports", AgreementReportViewSet, basename="agreement-report")
router.register("consensus", ConsensusViewSet, basename="consensus")

urlpatterns = router.urls
