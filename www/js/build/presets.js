/**
 * Jobs that people write policies for, as they differ from the sample of GitHub's documentation.
 *
 * @type {readonly { name: string, claims: Readonly<Record<string, string | null>>, immutable?: boolean }[]}
 */
export const PRESETS = [
  { name: 'a deployment to the environment prod', claims: {} },
  { name: 'a push to main', claims: { event_name: 'push', environment: null } },
  { name: 'a release tag', claims: { event_name: 'push', environment: null, ref: 'refs/tags/v1.2.3' } },
  { name: 'a pull request', claims: { event_name: 'pull_request' } },
  { name: 'pull_request_target', claims: { event_name: 'pull_request_target', environment: null } },
  { name: 'an immutable subject', claims: { event_name: 'push', environment: null }, immutable: true },
  { name: 'a self-hosted runner', claims: { runner_environment: 'self-hosted' } },
  { name: 'an enterprise with its own issuer', claims: { enterprise: 'octo-enterprise', iss: 'https://token.actions.githubusercontent.com/octo-enterprise' } },
  { name: 'an Enterprise Server', claims: { iss: 'https://github.example.com/_services/token' } },
];
