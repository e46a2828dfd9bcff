"""A tour through both services: every route and every event once, for who counts or times what each of them costs."""
