"""What the municipality does about a task, and the steps of the staircase."""
