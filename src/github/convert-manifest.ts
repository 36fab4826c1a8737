import { integerAt, stringAt, toObject } from './parse-response.ts';
import { Octokit } from './octokit.ts';

/** An App that GitHub has just registered, with its secrets. */
export interface NewApp {
  id: number;
  slug: string;
  /** The public page of the App. */
  url: string;
  privateKey: string;
  webhookSecret: string;
  clientId: string;
  clientSecret: string;
}

/**
 * Fetches the App that GitHub registered from a manifest. GitHub answers once for each code.
 * @param baseUrl the address of the REST API
 * @param code from the address that GitHub redirected the browser to
 * @throws what Octokit throws; UnexpectedResponse
 */
export async function convertManifest(baseUrl: string, code: string): Promise<NewApp> {
  const octokit = new Octokit({ baseUrl, throttle: { enabled: false } });
  const { data } = await octokit.request('POST /app-manifests/{code}/conversions', {
    code,
    request: { retries: 0 },
  });
  const from = toObject(data, 'the new App');
  return {
    id: integerAt(from, 'id'),
    slug: stringAt(from, 'slug'),
    url: stringAt(from, 'html_url'),
    privateKey: stringAt(from, 'pem'),
    webhookSecret: stringAt(from, 'webhook_secret'),
    clientId: stringAt(from, 'client_id'),
    clientSecret: stringAt(from, 'client_secret'),
  };
}
