"""How a bridge proves that it is paired."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from fascicle.accounts.models import User
from inference.models import Device
from inference.services.live.device_pair import device_of_token


class DeviceAuthentication(authentication.BaseAuthentication):
    """`Authorization: Device <token>`. Only the view that publishes takes it."""

    def authenticate(self, request: Request) -> tuple[User, Device] | None:
        """The device, as `request.auth`; None when the request carries no token."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "device" or not token:
            return None
        device = device_of_token(token.strip())
        if device is None:
            raise exceptions.AuthenticationFailed(
                "This bridge is not paired any more. Pair it again with a code from the live page."
            )
        return device.paired_by, device

    def authenticate_header(self, request: Request) -> str:
        """For the 401 answer."""
        del request
        return "Device"


class DeviceScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the device's token to OpenAPI."""

    target_class = "inference.api.device_authentication.DeviceAuthentication"
    name = "device"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """A token of its own scheme."""
        del auto_schema
        return {"type": "http", "scheme": "device"}
