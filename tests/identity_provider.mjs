// An identity provider on loopback for the tests: oidc-provider, which is certified for OpenID
// Connect, with one client and whoever wants to sign in.
//
//   node identity_provider.mjs FILE_OF_OIDC_PROVIDER
//
// It says its address in its first line, and answers 503 until a line of its standard input names
// the client's callback and, after a space, where people go who have signed out. Whoever signs in is
// who they say, as in "ann viewers other": a name, and the groups that the provider knows them in.
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

// Node.js 20 lacks it; the provider uses it.
URL.parse ??= (url, base) => {
  try {
    return new URL(url, base);
  } catch {
    return null;
  }
};

const { default: Provider } = await import(pathToFileURL(process.argv[2]));

let answer = (_, response) => response.writeHead(503).end();
const server = createServer((request, response) => answer(request, response));
server.listen(0, "127.0.0.1", () => {
  console.log(`The identity provider is at ${issuer()}`);
});
const issuer = () => `http://127.0.0.1:${server.address().port}`;

createInterface({ input: process.stdin }).on("line", (line) => {
  const [callback, afterwards] = line.split(" ");
  const provider = identityProvider(callback, afterwards);
  answer = (request, response) =>
    request.url.startsWith("/interaction/")
      ? interact(provider, request, response)
      : provider.callback()(request, response);
  console.log("ready");
});

function identityProvider(callback, afterwards) {
  return new Provider(issuer(), {
    clients: [
      {
        client_id: "trade-status",
        client_secret: "a secret for tests",
        redirect_uris: [callback],
        post_logout_redirect_uris: [afterwards],
      },
    ],
    claims: { openid: ["sub"], profile: ["name", "cognito:groups"] },
    // As Cognito does it: what a client may know of a person stands in the ID token.
    conformIdTokenClaims: false,
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        logoutSource: (ctx, form) => {
          ctx.body = page(`${form}<button form="op.logoutForm" name="logout" value="yes">Sign out</button>`);
        },
      },
    },
    pkce: { required: () => true },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => {
        const [name, ...groups] = id.split(" ");
        return { sub: id, name, "cognito:groups": groups };
      },
    }),
    // Nobody is asked whether the client may know their name.
    loadExistingGrant: async (ctx) => {
      const { client, session, params } = ctx.oidc;
      const grant = new ctx.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope(params.scope);
      await grant.save();
      return grant;
    },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    renderError: (ctx, { error, error_description }) => {
      ctx.body = page(`<h1>${error}</h1><p>${error_description}</p>`);
    },
  });
}

async function interact(provider, request, response) {
  const { uid, prompt } = await provider.interactionDetails(request, response);
  if (request.method === "GET") {
    response.writeHead(200, { "content-type": "text/html" });
    response.end(
      page(`<h1>Who are you?</h1>
        <form method="post" action="/interaction/${uid}"><input name="login" aria-label="Who" autofocus>
        <button name="${prompt.name}">Sign in</button><button name="cancel" value="yes">Cancel</button></form>`),
    );
    return;
  }
  let body = "";
  for await (const chunk of request) body += chunk;
  const form = new URLSearchParams(body);
  const result = form.has("cancel")
    ? { error: "access_denied", error_description: "The person has cancelled" }
    : { login: { accountId: form.get("login") } };
  await provider.interactionFinished(request, response, result);
}

function page(body) {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Identity provider</title>${body}</html>`;
}
