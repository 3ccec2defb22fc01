"""From a Keras model file to the files other runtimes read. Run as a child process only."""
