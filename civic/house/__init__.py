"""What every room stands on. Each file is the only one that names one outside thing."""
