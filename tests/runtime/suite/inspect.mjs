import { equal, throws } from '../assert.mjs';
import { AUDIENCE, github } from './policies.mjs';

export const INSPECT = {
  'a token is inspected without being believed': async ({ inspectUnverified, parseIssuer }, { tokens }) => {
    const { verified, header, claims, described, issuer, subject, defaultAudience, problem } = inspectUnverified(tokens.sample);
    equal([verified, header.kid, claims.actor, problem], [false, 'rsa', 'octocat', null]);
    equal(issuer.policy, { kind: 'github' });
    equal([subject.check, subject.repository, defaultAudience], ['consistent', 'classic', 'https://github.com/octo-org']);
    equal(described.find(({ name }) => name === 'actor'), { name: 'actor', group: 'actor and run', description: 'The account that started the run.' });
    const property = { name: 'repo_property_team', group: 'custom properties', description: 'A custom property of the repository.' };
    equal(inspectUnverified(tokens.good).described.at(-1), property);
    const stranger = inspectUnverified(tokens['other issuer']);
    equal([stranger.issuer, stranger.defaultAudience, stranger.subject.check], [null, null, 'consistent']);
    throws(() => inspectUnverified(`${tokens.sample}=`), { code: 'token_encoding', place: 'signature', offset: tokens.sample.length });
    throws(() => inspectUnverified(7), { code: 'option_invalid' });
    for (const policy of [{ kind: 'github', enterprise: 'acme' }, { kind: 'ghes', host: 'github.example.com:8443' }, { kind: 'ghe.com', subdomain: 'octocorp', enterprise: true }, { kind: 'ghe.com', subdomain: 'octocorp' }, { kind: 'loopback', port: 80 }]) {
      const urls = { acme: 'https://token.actions.githubusercontent.com/acme', 8443: 'https://github.example.com:8443/_services/token', true: 'https://token.actions.octocorp.ghe.com/octocorp', octocorp: 'https://token.actions.octocorp.ghe.com', 80: 'http://127.0.0.1:80' };
      const url = urls[policy.port ?? policy.enterprise ?? policy.subdomain ?? 8443];
      equal([parseIssuer(url).issuer, parseIssuer(url).policy], [url, policy]);
    }
    equal(parseIssuer('https://token.actions.githubusercontent.com/'), null);
  },

  'a role is explained without a decision': async ({ createVerifier }, { tokens }) => {
    const verifier = createVerifier({ policy: github() });
    const explain = (token) => verifier.explainUnverified(token, { role: 'deploy' });
    const good = explain(tokens.good);
    equal([good.verified, good.role, good.rule, good.rulesAdmit, good.issuer.matched, good.audience.matched], [false, 'deploy', 'allow[0]', true, true, true]);
    const capitals = explain(tokens.capitals);
    equal([capitals.rule, capitals.rulesAdmit], [null, false]);
    equal(capitals.explanation.flatMap(({ conditions }) => conditions.map(({ nearest }) => nearest?.kind ?? null)), [null, null, 'case']);
    // The rules are not all: issuer and audience would be asked for first.
    equal(explain(tokens['other issuer']).issuer, { matched: false, expected: ['https://token.actions.githubusercontent.com'], found: 'https://other.example' });
    equal(explain(tokens['other audience']).audience, { matched: false, expected: [AUDIENCE], found: ['https://other.example'] });
    throws(() => verifier.explainUnverified(tokens.good, { role: 'deplyo' }), { code: 'role_unknown', suggestion: 'deploy' });
    throws(() => verifier.explainUnverified(tokens.good, { role: 'deploy', explain: 'full' }), { code: 'option_invalid' });
    throws(() => verifier.explainUnverified('a.b', { role: 'deploy' }), { code: 'token_segments' });
  },
};
