"""The OAuth 2 authorization server, as RFC 9700 wants it; Authlib speaks the protocol."""
