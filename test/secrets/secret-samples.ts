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
    'an account key of Azure',
    'DefaultEndpointsProtocol=https;AccountName=contoso;AccountKey=%;EndpointSuffix=core.windows.net',
    `${b(86)}==`,
  ],
  ['an account key of Azure', '"key": "%"', `${b(76)}+ASt${b(5)}Q==`],
  ['an account key of Azure', '"key": "%"', `${b(76)}ACDb${b(5)}Q==`],
  [
    'a shared access key of Azure',
    'Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=%',
    `${b(43)}=`,
  ],
  ['a shared access key of Azure', '%', `${b(33)}+ASbA${b(5)}=`],
  [
    'an access key of Azure',
    'Endpoint=https://contoso.webpubsub.azure.com;AccessKey=%;Version=1.0;',
    `${b(43)}=`,
  ],
  [
    'a key of Azure Functions',
    'https://contoso.azurewebsites.net/api/pay?code=%',
    `${a(44)}AzFu${a(5)}Q==`,
  ],
  ['a key of Azure AI Search', 'api-key: %', `${a(42)}AzSeA${a(5)}`],
  ['a key of an Azure container registry', '%', `${b(42)}+ACRA${b(5)}`],
  ['a key of an Azure service', 'Ocp-Apim-Subscription-Key: %', `${a(52)}JQQJ99${a(26)}`],
  ['a token of Azure DevOps', 'token %', `${a(76)}AZDO${a(4)}`],
  ['a client secret of Microsoft Entra ID', '"value": "%"', `${a(3)}8Q~${a(34)}`],
  [
    'the signature of a shared access signature',
    'https://contoso.blob.core.windows.net/a/b?sp=r&sv=2022-11-02&sr=b&sig=%',
    `${a(20)}%2B${a(22)}%3D`,
  ],
  [
    'the signature of a shared access signature',
    'https://prod-1.westeurope.logic.azure.com/workflows/1/triggers/manual/paths/invoke?api-version=2016-10-01&sv=1.0&sig=%',
    a(43),
  ],
  [
    'an incoming webhook of Microsoft Teams',
    'https://contoso.%',
    `webhook.office.com/webhookb2/${uuid}@${uuid}/IncomingWebhook/${h(32)}/${uuid}`,
  ],
  [
    'a password in a connection string',
    'Server=tcp:contoso.database.windows.net,1433;User ID=admin;Password=%;Encrypt=True;',
    `${a(11)}!x`,
  ],
  ['an access key of AWS', 'aws_access_key_id=%', `AKIA${random(`${large}234567`, 16)}`],
  ['an API key of Google', 'https://maps.googleapis.com/maps/api/js?key=%', `AIza${a(35)}`],
  ['a client secret of Google', '%', `GOCSPX-${a(28)}`],
  ['a token of GitHub', 'Authorization: token %', `ghp_${a(36)}`],
  ['a token of GitHub', '%', `github_pat_${a(22)}_${a(59)}`],
  ['a token of GitLab', 'PRIVATE-TOKEN: %', `glpat-${a(20)}`],
  ['a token of npm', '//registry.example.com/:_authToken=%', `npm_${a(36)}`],
  ['a token of PyPI', 'password = %', `pypi-AgEIcHlwaS5vcmc${a(120)}`],
  ['a token of DigitalOcean', '%', `dop_v1_${h(64)}`],
  ['a token of Databricks', '%', `dapi${h(32)}`],
  ['a token of HashiCorp Vault', '%', `hvs.${a(95)}`],
  ['a token of Slack', '%', `xoxb-${random(digits, 12)}-${random(digits, 12)}-${a(24)}`],
  [
    'an incoming webhook of Slack',
    'https://%',
    `hooks.slack.com/services/T${random(large + digits, 8)}/B${random(large + digits, 8)}/${a(24)}`,
  ],
  ['a webhook of Discord', 'https://%', `discord.com/api/webhooks/${random(digits, 18)}/${a(68)}`],
  ['a key of Stripe', '%', `sk_live_${a(24)}`],
  ['a key of Stripe', '%', `rk_test_${a(24)}`],
  ['a webhook secret of Stripe', '%', `whsec_${a(32)}`],
  ['a key of SendGrid', 'Bearer %', `SG.${a(22)}.${a(43)}`],
  ['a key of Twilio', 'username %', `SK${h(32)}`],
  ['a key of Mailgun', 'api:%', `key-${h(32)}`],
  ['a token of HubSpot', '%', `pat-na1-${uuid}`],
  ['a token of Shopify', 'X-Shopify-Access-Token: %', `shpat_${h(32)}`],
  ['a token of Notion', '%', `ntn_${random(digits, 11)}${a(35)}`],
  ['a token of Airtable', '%', `pat${a(14)}.${h(64)}`],
  ['a key of Postman', 'X-API-Key: %', `PMAK-${h(24)}-${h(34)}`],
  [
    'a token of Telegram',
    'https://api.telegram.org/%/getMe',
    `bot${random(digits, 10)}:AA${a(33)}`,
  ],
  ['a key of OpenAI', '%', `sk-proj-${a(74)}T3BlbkFJ${a(74)}`],
  ['a key of Anthropic', 'x-api-key: %', `sk-ant-api03-${a(93)}AA`],
  ['a token of Hugging Face', '%', `hf_${random(small + large, 34)}`],
  ['a key of Groq', '%', `gsk_${a(52)}`],
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
    'a signed URL of AWS',
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
    'an account key of Azure',
    'AccountKey=%;DefaultEndpointsProtocol=https;AccountName=contoso',
    `${b(86)}==`,
  ],
  ['a key of Azure Functions', 'https://contoso.azurewebsites.net/api/pay?code=%', `${a(54)}==`],
  ['a secret access key of AWS', 'aws_secret_access_key = %', b(40)],
  ['an access key of Alibaba Cloud', '%', `LTAI${a(20)}`],
  ['a refresh token of Google', 'refresh_token %', `1//0${a(60)}`],
  ['an access token of Google', '%', `ya29.${a(60)}`],
  ['a token of GitHub', '%', `gho_${a(36)}`],
  ['a key of RubyGems', '%', `rubygems_${h(48)}`],
  ['a key of Heroku', '%', `HRKU-${uuid}`],
  ['a token of Pulumi', '%', `pul-${h(40)}`],
  ['a token of PlanetScale', '%', `pscale_tkn_${a(43)}`],
  ['a token of Supabase', '%', `sbp_${h(40)}`],
  ['a token of Tailscale', '%', `tskey-auth-${a(17)}-${a(32)}`],
  ['a key of Artifactory', '%', `AKCp${a(69)}`],
  ['a token of SonarQube', '%', `squ_${h(40)}`],
  ['a token of Doppler', '%', `dp.pt.${a(43)}`],
  ['a token of Discord', 'Bot %', `M${a(23)}.${a(6)}.${a(38)}`],
  [
    'an incoming webhook of Slack',
    'https://%',
    `hooks.slack.com/triggers/T${random(large + digits, 8)}/${random(digits, 13)}/${a(32)}`,
  ],
  ['a key of Mailchimp', 'apikey %', `${h(32)}-us14`],
  ['a token of Square', '%', `EAAA${a(60)}`],
  ['a token of Facebook', '%', `EAAG${a(160)}`],
  ['a token of Atlassian', '%', `ATATT3${a(180)}`],
  ['a password of Bitbucket', '%', `ATBB${a(32)}`],
  ['a token of Trello', '%', `ATTA${h(64)}`],
  ['a token of Notion', '%', `secret_${a(43)}`],
  ['a token of Telegram', '%', `${random('123456789', 10)}:AA${a(33)}`],
  ['a token of Dynatrace', '%', `dt0c01.${random(large, 24)}.${random(large + digits, 64)}`],
  ['a token of Plaid', '%', `access-sandbox-${uuid}`],
  ['a key of ClickUp', '%', `pk_${random('123456789', 8)}_${random(large + digits, 32)}`],
  ['a key of OpenAI', '%', `sk-proj-${a(48)}`],
  ['a key of OpenAI', '%', `sk-svcacct-${a(20)}-${a(40)}`],
  ['a key of Anthropic', '%', `sk-ant-oat01-${a(80)}`],
  ['a key of a language model', 'api_key: %', `sk-${h(32)}`],
  ['a key of NVIDIA', '%', `nvapi-${a(64)}`],
  ['a key of Pinecone', '%', `pcsk_${a(70)}`],
  ['a password in a URL', 'https://contoso:%@api.contoso.com/v1', `${a(6)}%40${a(6)}`],
  [
    'a name and password for basic authentication',
    'Authorization: Basic %',
    Buffer.from(`admin:${a(14)}`).toString('base64'),
  ],
  [
    'a JSON web token',
    '%',
    `${Buffer.from('{"typ":"JWT","kid":"17"}').toString('base64url')}.${Buffer.from('{"sub":"u-7","exp":1900000000}').toString('base64url')}.${a(43)}`,
  ],
];
