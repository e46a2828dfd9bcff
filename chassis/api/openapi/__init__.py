"""The OpenAPI document of a service, made from its routes: a caller needs nothing else."""
