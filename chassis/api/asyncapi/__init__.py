"""What a service says of its events: AsyncAPI, and a page of it."""
