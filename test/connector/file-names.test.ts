import { describe, expect, test } from 'vitest';
import { findFiles, roleOf } from '../../src/connector/file-names.ts';

describe('the role of a file follows from its name', () => {
  test.each([
    ['apiDefinition.swagger.json', 'definition'],
    ['apidefinition.SWAGGER.json', 'definition'],
    ['apiDefinition.json', 'definition'],
    ['apiDefination.swagger.json', 'definition'],
    ['CQC-Connector.swagger.json', 'definition'],
    ['swagger.json', 'definition'],
    ['openapidefinition.json', 'definition'],
    ['apiDefinition.swagger.json.txt', 'definition'],
    ['apiProperties.json', 'properties'],
    ['APIPROPERTIES.JSON', 'properties'],
    ['api-properties.json', 'properties'],
    ['properties.json', 'properties'],
    ['apiProperties.swagger.json', 'properties'],
    ['apiSettings.json', 'properties'],
    ['README.md', 'readme'],
    ['readme', 'readme'],
    ['Read Me.markdown', 'readme'],
    ['readme.md.txt', 'readme'],
    ['readme_en.md', 'readme'],
    ['script.csx', 'script'],
    ['Script.cs', 'script'],
  ])('%s: %s', (name, role) => {
    expect(roleOf(name)).toBe(role);
  });

  test.each([
    'settings.json',
    'metadata.json',
    'intro.md',
    'icon.png',
    'apiDefinition.swagger.schema.json',
    'swagger.png',
    'reader.md',
    'Scripts.cs',
    `${'swagger'.repeat(20)}.json`,
  ])('%s has none', (name) => {
    expect(roleOf(name)).toBeUndefined();
  });
});

describe('of several files with a role', () => {
  const found = (...paths: string[]) => findFiles(paths.map((path) => ({ path })));

  test('the official name comes first, then another case, a folder below, and another name', () => {
    const names = [
      'apiDefinition.swagger.json',
      'apidefinition.swagger.json',
      'a/apiDefinition.swagger.json',
      'a/b/apiDefinition.swagger.json',
      'swagger.json',
    ];
    for (let count = 1; count <= names.length; count += 1) {
      const rest = names.slice(-count);
      expect(found(...rest.toReversed()).definition?.path).toBe(rest[0]);
    }
  });

  test('a readme and a script are those next to the definition, or at the top', () => {
    expect(
      found('tests/readme.md', 'src/script.csx', 'in/apiProperties.json', 'in/readme.md'),
    ).toEqual({
      definition: undefined,
      properties: { path: 'in/apiProperties.json' },
      readme: { path: 'in/readme.md' },
      script: undefined,
    });
  });

  test('a file below a folder needs the official name', () => {
    expect(found('tests/swagger.json').definition).toBeUndefined();
  });
});
