/**
 * Characters as a random generator gives them, always the same: no real secret stands in this file,
 * and none that looks like one.
 */
function random(alphabet: string, length: number): string {
  let state = 88_172_645;
  let text = '';
  for (let count = 0; count < length; count += 1) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    text += alphabet.charAt(Math.floor((state / 2_147_483_648) * alphabet.length));
  }
  return text;
}
const small = 'abcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';
const large = small.toUpperCase();
const alphanumeric = small + large + digits;
const base64 = `${alphanumeric}+/`;
const hex = '0123456789abcdef';
export const a = (length: number): string => random(alphanumeric, length);
export const b = (length: number): string => random(base64, length);
const h = (length: number): string => random(hex, length);
const uuid = `${h(8)}-${h(4)}-${h(4)}-${h(4)}-${h(12)}`;
export const jwt = (claims: object): string =>
  [{ alg: 'HS256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');

/**
 * What it is, a text with it in place of `%`, and the secret: the formats as those who issue them
 * document them.
 */
export const formats: [name: string, text: string, secret: string][] = [
  [
    'an Azure account key',
    'DefaultEndpointsProtocol=https;AccountName=contoso;AccountKey=%;EndpointSuffix=core.windows.net',
    `${b(86)}==`,
  ],
  ['an Azure account key', '"key": "%"', `${b(76)}+ASt${b(5)}Q==`],
  ['an Azure account key', '"key": "%"', `${b(76)}ACDb${b(5)}Q==`],
  [
    'an Azure shared access key',
    'Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=%',
    `${b(43)}=`,
  ],
  ['an Azure shared access key', '%', `${b(33)}+ASbA${b(5)}=`],
  [
    'an Azure access key',
    'Endpoint=https://contoso.webpubsub.azure.com;AccessKey=%;Version=1.0;',
    `${b(43)}=`,
  ],
  [
    'an Azure Functions key',
    'https://contoso.azurewebsites.net/api/pay?code=%',
    `${a(44)}AzFu${a(5)}Q==`,
  ],
  ['an Azure AI Search API key', 'api-key: %', `${a(42)}AzSeA${a(5)}`],
  ['an Azure container registry key', '%', `${b(42)}+ACRA${b(5)}`],
  ['an Azure service key', 'Ocp-Apim-Subscription-Key: %', `${a(52)}JQQJ99${a(26)}`],
  ['an Azure DevOps token', 'token %', `${a(76)}AZDO${a(4)}`],
  ['a Microsoft Entra ID client secret', '"value": "%"', `${a(3)}8Q~${a(34)}`],
  [
    'a shared access signature',
    'https://contoso.blob.core.windows.net/a/b?sp=r&sv=2022-11-02&sr=b&sig=%',
    `${a(20)}%2B${a(22)}%3D`,
  ],
  [
    'a shared access signature',
    'https://prod-1.westeurope.logic.azure.com/workflows/1/triggers/manual/paths/invoke?api-version=2016-10-01&sv=1.0&sig=%',
    a(43),
  ],
  [
    'a Microsoft Teams incoming webhook',
    'https://contoso.%',
    `webhook.office.com/webhookb2/${uuid}@${uuid}/IncomingWebhook/${h(32)}/${uuid}`,
  ],
  [
    'a password in a connection string',
    'Server=tcp:contoso.database.windows.net,1433;User ID=admin;Password=%;Encrypt=True;',
    `${a(11)}!x`,
  ],
  ['an AWS access key', 'aws_access_key_id=%', `AKIA${random(`${large}234567`, 16)}`],
  ['a Google API key', 'https://maps.googleapis.com/maps/api/js?key=%', `AIza${a(35)}`],
  ['a Google client secret', '%', `GOCSPX-${a(28)}`],
  ['a GitHub token', 'Authorization: token %', `ghp_${a(36)}`],
  ['a GitHub token', '%', `github_pat_${a(22)}_${a(59)}`],
  ['a GitLab token', 'PRIVATE-TOKEN: %', `glpat-${a(20)}`],
  ['an npm token', '//registry.example.com/:_authToken=%', `npm_${a(36)}`],
  ['a PyPI token', 'password = %', `pypi-AgEIcHlwaS5vcmc${a(120)}`],
  ['a DigitalOcean token', '%', `dop_v1_${h(64)}`],
  ['a Databricks token', '%', `dapi${h(32)}`],
  ['a HashiCorp Vault token', '%', `hvs.${a(95)}`],
  ['a Slack token', '%', `xoxb-${random(digits, 12)}-${random(digits, 12)}-${a(24)}`],
  [
    'a Slack incoming webhook',
    'https://%',
    `hooks.slack.com/services/T${random(large + digits, 8)}/B${random(large + digits, 8)}/${a(24)}`,
  ],
  ['a Discord webhook', 'https://%', `discord.com/api/webhooks/${random(digits, 18)}/${a(68)}`],
  ['a Stripe API key', '%', `sk_live_${a(24)}`],
  ['a Stripe API key', '%', `rk_test_${a(24)}`],
  ['a Stripe webhook secret', '%', `whsec_${a(32)}`],
  ['a SendGrid API key', 'Bearer %', `SG.${a(22)}.${a(43)}`],
  ['a Twilio API key', 'username %', `SK${h(32)}`],
  ['a Mailgun API key', 'api:%', `key-${h(32)}`],
  ['a HubSpot token', '%', `pat-na1-${uuid}`],
  ['a Shopify token', 'X-Shopify-Access-Token: %', `shpat_${h(32)}`],
  ['a Notion token', '%', `ntn_${random(digits, 11)}${a(35)}`],
  ['an Airtable token', '%', `pat${a(14)}.${h(64)}`],
  ['a Postman API key', 'X-API-Key: %', `PMAK-${h(24)}-${h(34)}`],
  ['a Telegram token', 'https://api.telegram.org/%/getMe', `bot${random(digits, 10)}:AA${a(33)}`],
  ['an OpenAI API key', '%', `sk-proj-${a(74)}T3BlbkFJ${a(74)}`],
  ['an Anthropic API key', 'x-api-key: %', `sk-ant-api03-${a(93)}AA`],
  ['a Hugging Face token', '%', `hf_${random(small + large, 34)}`],
  ['a Groq API key', '%', `gsk_${a(52)}`],
  [
    'a private key',
    '-----BEGIN PRIVATE KEY-----\\n%\\n-----END PRIVATE KEY-----',
    Array.from({ length: 12 }, () => b(64)).join('\\n'),
  ],
  [
    'a private key',
    '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n%\n-----END RSA PRIVATE KEY-----',
    Array.from({ length: 12 }, () => b(64)).join('\n'),
  ],
  ['a password in a URL', 'mongodb+srv://contoso:%@cluster0.fabrikam.net/invoices', a(12)],
  ['a JSON web token', 'Bearer %', `${jwt({ sub: 'u-7', exp: 1_900_000_000 })}.${a(43)}`],
  [
    'a presigned AWS URL',
    'https://contoso.s3.amazonaws.com/a.pdf?X-Amz-Expires=300&%',
    `X-Amz-Signature=${h(64)}`,
  ],
  [
    'a password in a connection string',
    'Password=%;Server=tcp:contoso.database.windows.net,1433;User ID=admin;',
    `${a(11)}!x`,
  ],
  [
    'a password in a connection string',
    'Data Source=contoso;Initial Catalog=Invoices;User Id=admin;Pwd=%',
    `${a(11)}!x`,
  ],
  [
    'a password in a connection string',
    'contoso.redis.cache.windows.net:6380,password=%,ssl=True',
    a(16),
  ],
  [
    'an Azure account key',
    'AccountKey=%;DefaultEndpointsProtocol=https;AccountName=contoso',
    `${b(86)}==`,
  ],
  ['an Azure Functions key', 'https://contoso.azurewebsites.net/api/pay?code=%', `${a(54)}==`],
  ['an AWS secret access key', 'aws_secret_access_key = %', b(40)],
  ['an Alibaba Cloud access key', '%', `LTAI${a(20)}`],
  ['a Google refresh token', 'refresh_token %', `1//0${a(60)}`],
  ['a Google access token', '%', `ya29.${a(60)}`],
  ['a GitHub token', '%', `gho_${a(36)}`],
  ['a RubyGems API key', '%', `rubygems_${h(48)}`],
  ['a Heroku key', '%', `HRKU-${uuid}`],
  ['a Pulumi token', '%', `pul-${h(40)}`],
  ['a PlanetScale token', '%', `pscale_tkn_${a(43)}`],
  ['a Supabase token', '%', `sbp_${h(40)}`],
  ['a Tailscale token', '%', `tskey-auth-${a(17)}-${a(32)}`],
  ['an Artifactory key', '%', `AKCp${a(69)}`],
  ['a SonarQube token', '%', `squ_${h(40)}`],
  ['a Doppler token', '%', `dp.pt.${a(43)}`],
  ['a Discord token', 'Bot %', `M${a(23)}.${a(6)}.${a(38)}`],
  [
    'a Slack incoming webhook',
    'https://%',
    `hooks.slack.com/triggers/T${random(large + digits, 8)}/${random(digits, 13)}/${a(32)}`,
  ],
  ['a Mailchimp API key', 'apikey %', `${h(32)}-us14`],
  ['a Square token', '%', `EAAA${a(60)}`],
  ['a Facebook token', '%', `EAAG${a(160)}`],
  ['an Atlassian token', '%', `ATATT3${a(180)}`],
  ['a Bitbucket app password', '%', `ATBB${a(32)}`],
  ['a Trello token', '%', `ATTA${h(64)}`],
  ['a Notion token', '%', `secret_${a(43)}`],
  ['a Telegram token', '%', `${random('123456789', 10)}:AA${a(33)}`],
  ['a Dynatrace token', '%', `dt0c01.${random(large, 24)}.${random(large + digits, 64)}`],
  ['a Plaid token', '%', `access-sandbox-${uuid}`],
  ['a ClickUp API key', '%', `pk_${random('123456789', 8)}_${random(large + digits, 32)}`],
  ['an OpenAI API key', '%', `sk-proj-${a(48)}`],
  ['an OpenAI API key', '%', `sk-svcacct-${a(20)}-${a(40)}`],
  ['an Anthropic API key', '%', `sk-ant-oat01-${a(80)}`],
  ['the API key of a language model', 'api_key: %', `sk-${h(32)}`],
  ['an NVIDIA API key', '%', `nvapi-${a(64)}`],
  ['a Pinecone API key', '%', `pcsk_${a(70)}`],
  ['a password in a URL', 'https://contoso:%@api.contoso.com/v1', `${a(6)}%40${a(6)}`],
  [
    'a username and password for basic authentication',
    'Authorization: Basic %',
    Buffer.from(`admin:${a(14)}`).toString('base64'),
  ],
  [
    'a JSON web token',
    '%',
    `${Buffer.from('{"typ":"JWT","kid":"17"}').toString('base64url')}.${Buffer.from('{"sub":"u-7","exp":1900000000}').toString('base64url')}.${a(43)}`,
  ],
];
