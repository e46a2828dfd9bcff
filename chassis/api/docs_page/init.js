// Shows the service's own description. Addresses are relative to the page: whatever a proxy puts before them stays.
"use strict";

const ui = SwaggerUIBundle({
  dom_id: "#swagger-ui",
  url: "openapi.json",
  oauth2RedirectUrl: new URL("docs/oauth2-redirect.html", document.baseURI).href,
  deepLinking: true,
  tryItOutEnabled: true,
  // A token is gone with the page.
  persistAuthorization: false,
  // Else another layout would show the description to a host that judges it.
  validatorUrl: null,
});

ui.initOAuth({ clientId: "docs", usePkceWithAuthorizationCodeGrant: true });
