// A certified OpenID provider (npm `oidc-provider`) for the tests of sign-in: one client, accounts without passwords.
// node oidc_provider.mjs '{"port":…,"client":{"id","secret","auth"},"redirects":[…],"accounts":{sub:{…claims}}}'
// Says "ready" when it answers, and ends with its standard input. People choose an account by a plain form.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { Provider } from "../../web/node_modules/oidc-provider/lib/index.js";

const { port, client, redirects, accounts } = JSON.parse(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;
const key = (type, options, extra) => ({
  ...generateKeyPairSync(type, options).privateKey.export({ format: "jwk" }),
  use: "sig",
  ...extra,
});

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: client.id,
      client_secret: client.secret,
      token_endpoint_auth_method: client.auth,
      redirect_uris: redirects,
      response_types: ["code"],
      grant_types: ["authorization_code"],
      require_auth_time: true,
    },
  ],
  jwks: {
    keys: [
      key("rsa", { modulusLength: 2048 }, { alg: "RS256", kid: "r" }),
      key("ec", { namedCurve: "P-256" }, { alg: "ES256", kid: "e" }),
    ],
  },
  cookies: { keys: ["only for tests"] },
  pkce: { required: () => true },
  conformIdTokenClaims: false,
  claims: { openid: ["sub", "acr", "amr"], profile: ["name"], email: ["email", "email_verified"] },
  acrValues: ["urn:test:one", "urn:test:two"],
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  ttl: { Session: 3600, Grant: 3600, Interaction: 600, AccessToken: 600, AuthorizationCode: 60, IdToken: 600 },
  findAccount: (_context, id) =>
    id in accounts ? { accountId: id, claims: () => ({ ...accounts[id], sub: id }) } : undefined,
  // Consent is the agency's, given once and for all: nobody is asked.
  async loadExistingGrant(context) {
    const grant = new context.oidc.provider.Grant({
      clientId: context.oidc.client.clientId,
      accountId: context.oidc.session.accountId,
    });
    grant.addOIDCScope("openid profile email");
    await grant.save();
    return grant;
  },
});

const escaped = (text) => String(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

async function interaction(request, response) {
  const { uid, prompt, params } = await provider.interactionDetails(request, response);
  if (request.method === "GET") {
    const choices = Object.keys(accounts)
      .map((id) => `<option>${escaped(id)}</option>`)
      .join("");
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(`<!doctype html><html lang="en"><title>Provider</title><h1>Sign in to ${escaped(params.client_id)}</h1>
      <form method="post" action="/interaction/${escaped(uid)}">
      <input type="hidden" name="prompt" value="${escaped(prompt.name)}">
      <label>Account <select name="account">${choices}</select></label>
      <button name="go" value="yes">Sign in</button><button name="go" value="no">Cancel</button></form></html>`);
    return;
  }
  let body = "";
  for await (const piece of request) body += piece;
  const form = new URLSearchParams(body);
  const result =
    form.get("go") === "no"
      ? { error: "access_denied", error_description: "the person cancelled" }
      : {
          login: {
            accountId: form.get("account"),
            remember: true,
            amr: ["pwd", "otp"],
            acr: form.get("acr") ?? "urn:test:two",
          },
        };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const answer = provider.callback();
const server = createServer((request, response) => {
  if (!request.url.startsWith("/interaction/")) {
    answer(request, response);
    return;
  }
  interaction(request, response).catch((fault) => {
    response.statusCode = 400;
    response.end(`${fault.name}: ${fault.message}`);
  });
});
server.listen(port, "127.0.0.1", () => console.log("ready"));
process.stdin.on("end", () => process.exit(0));
process.stdin.resume();
