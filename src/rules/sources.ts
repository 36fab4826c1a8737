/** A page of Microsoft's documentation that a rule comes from. */
interface DocumentationPage {
  title: string;
  url: string;
}

const customConnectors = 'https://learn.microsoft.com/connectors/custom-connectors';

/** The pages of Microsoft's documentation that rules come from. */
export const sources = {
  'swagger-validator': {
    title: 'Fix Swagger Validator errors',
    url: `${customConnectors}/certification-swagger-validator-rules`,
  },
  'policy-errors': {
    title: 'Certification policy errors',
    url: `${customConnectors}/certification-policy-errors`,
  },
  'openapi-extensions': {
    title: 'Create a custom connector with an OpenAPI extension',
    url: `${customConnectors}/openapi-extensions`,
  },
  'string-guidance': {
    title: 'Learn best practices for string fields',
    url: `${customConnectors}/connector-string-guidance`,
  },
  'coding-standards': {
    title: 'Follow coding standards',
    url: `${customConnectors}/coding-standards`,
  },
  'custom-code': {
    title: 'Write code in a custom connector',
    url: `${customConnectors}/write-code`,
  },
  'connection-parameters': {
    title: 'Specify connection parameters',
    url: `${customConnectors}/connection-parameters`,
  },
  'multiple-authentications': {
    title: 'Add multiple authentications on a custom connector',
    url: `${customConnectors}/multi-auth`,
  },
  'policy-templates': {
    title: 'What is a policy?',
    url: `${customConnectors}/policy-templates`,
  },
  certification: {
    title: 'Prepare connector files for certification',
    url: `${customConnectors}/certification-submission`,
  },
  'independent-publishers': {
    title: 'Independent publisher certification process',
    url: `${customConnectors}/certification-submission-ip`,
  },
  'mcp-servers': {
    title: 'Extend your agent with Model Context Protocol',
    url: 'https://learn.microsoft.com/microsoft-copilot-studio/agent-extend-action-mcp',
  },
} as const satisfies Record<string, DocumentationPage>;

export type Source = keyof typeof sources;
