"""What the engine refuses, in sentences for the person who chose the model or the frames."""


class EngineError(Exception):
    """Anything the engine refuses; the message is one sentence to show as it is."""


class ModelFileError(EngineError):
    """A model file that is missing, damaged, or says nothing about itself."""


class RuntimeRefusedError(EngineError):
    """A runtime whose answer to the golden frame cannot be trusted."""


class RuntimeUnavailableError(EngineError):
    """A runtime that cannot run here: not installed, no such device, no such arithmetic."""


class ConversionError(EngineError):
    """A model that could not be brought into another runtime's format."""
