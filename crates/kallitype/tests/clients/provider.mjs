// A provider to sign in at, for the tests: it lets in whom it is told to know, without asking for anything.
//
// Its one argument is a JSON object of settings: `claimsInToken`, `minutesLate` of its clock, `authMethod`. It prints its
// address, and learns who someone is with PUT /people/NAME.

import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { Provider } from 'oidc-provider';

const settings = JSON.parse(process.argv[2]);
const people = new Map();
const server = createServer();
const rightTime = Date.now;
Date.now = () => rightTime() - (settings.minutesLate ?? 0) * 60_000;

server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = makeProvider(issuer);
  const answer = provider.callback();
  server.on('request', async (request, response) => {
    const [, place, name] = request.url.split(/[/?]/);
    if (place === 'people') {
      people.set(name, await json(request));
      response.end();
    } else if (place === 'interaction') {
      const { params } = await provider.interactionDetails(request, response);
      const login = { accountId: params.login_hint };
      await provider.interactionFinished(request, response, { login });
    } else {
      answer(request, response);
    }
  });
  console.log(issuer);
});

function makeProvider(issuer) {
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'photos',
        client_secret: 'a secret between the two',
        redirect_uris: ['https://photos.example.org/auth/login'],
        token_endpoint_auth_method: settings.authMethod ?? 'client_secret_post',
      },
    ],
    jwks: { keys: [{ ...key.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'test' }] },
    cookies: { keys: ['test'] },
    claims: {
      email: ['email', 'email_verified'],
      profile: ['name', 'preferred_username', 'immich_quota', 'immich_role'],
    },
    conformIdTokenClaims: !settings.claimsInToken,
    features: { devInteractions: { enabled: false } },
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId, ...people.get(accountId) }) }),
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    loadExistingGrant: grantAll,
    pkce: { required: () => true },
    ttl: { IdToken: 60, Grant: 60, Interaction: 60, Session: 60, AccessToken: 60 },
  });
  // The server's own port is not known before it starts.
  provider.Client.prototype.redirectUriAllowed = (uri) =>
    uri.startsWith('app.immich:') || ['/auth/login', '/user-settings', '/api/oauth/mobile-redirect'].includes(new URL(uri).pathname);
  return provider;
}

async function grantAll(context) {
  const { client, session, params } = context.oidc;
  const grant = new context.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(params.scope);
  await grant.save();
  return grant;
}
