"""The pipeline's steps: functions of values and ports that do not import one another."""
