"""What editors are helped with: one tool a module. They read and write data/, and print nothing."""
