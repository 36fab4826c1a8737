/** The permissions that the App needs, as `app.yml` asks for them. */
export const requiredPermissions: Readonly<Record<string, 'read' | 'write'>> = {
  checks: 'write',
  contents: 'write',
  deployments: 'write',
  issues: 'write',
  members: 'read',
  merge_queues: 'read',
  metadata: 'read',
  pull_requests: 'write',
};

/** The events that the App needs, as `app.yml` asks for them. */
export const requiredEvents: readonly string[] = [
  'check_run',
  'check_suite',
  'deployment_status',
  'issue_comment',
  'merge_group',
  'pull_request',
  'pull_request_review',
  'push',
];
