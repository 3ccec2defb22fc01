"""The agent beside the scanner: `fascicle-bridge`. Knows neither Django nor TensorFlow.

    source (thread or child process) -> intake (newest frame, state) -> uplink (WebSocket)

Importing a module here costs the standard library and NumPy; sources, codecs and the network come
with the command that needs them, so that `--help` answers at once.
"""
