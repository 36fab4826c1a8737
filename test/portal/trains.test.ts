import { expect, test } from 'vitest';
import { PortalScene, repository } from './portal-scene.ts';

const ready = { kind: 'ready', note: '' } as const;

test('the list has the trains to come, with the days of the rings and why', async () => {
  const scene = await PortalScene.open();
  await scene.record();
  const { status, json } = await scene.get('/api/v1/trains?maxResults=2');
  expect(status).toBe(200);
  expect(json).toMatchInlineSnapshot(`
    {
      "hasMore": true,
      "list": [
        {
          "departure": {
            "cutoffAt": "2026-11-19T17:00:00.000Z",
            "departsAt": "2026-11-20T17:00:00.000Z",
            "departsOn": "2026-11-20",
            "reasons": [],
            "scheduledOn": "2026-11-20",
          },
          "rides": [],
          "rings": [
            {
              "date": "2026-11-20",
              "name": "testing",
              "reasons": [],
              "regions": [
                "Testing",
              ],
            },
            {
              "date": "2026-11-23",
              "name": "us-preview",
              "reasons": [
                {
                  "kind": "weekend",
                  "text": "weekend",
                },
              ],
              "regions": [
                "US preview",
              ],
            },
            {
              "date": "2026-11-24",
              "name": "asia",
              "reasons": [],
              "regions": [
                "Asia except Japan and India",
              ],
            },
            {
              "date": "2026-11-25",
              "name": "europe",
              "reasons": [],
              "regions": [
                "Europe except UK",
              ],
            },
            {
              "date": "2026-11-27",
              "name": "br-ca-jp-in",
              "reasons": [
                {
                  "kind": "holiday",
                  "text": "Thu 26 Nov is Thanksgiving Day",
                },
              ],
              "regions": [
                "Brazil",
                "Canada",
                "Japan",
                "India",
              ],
            },
            {
              "date": "2026-11-30",
              "name": "au-uk-us",
              "reasons": [
                {
                  "kind": "weekend",
                  "text": "weekend",
                },
              ],
              "regions": [
                "Australia",
                "United Kingdom",
                "United States",
              ],
            },
          ],
        },
        {
          "departure": {
            "cutoffAt": "2026-11-26T17:00:00.000Z",
            "departsAt": "2026-11-27T17:00:00.000Z",
            "departsOn": "2026-11-27",
            "reasons": [],
            "scheduledOn": "2026-11-27",
          },
          "rides": [],
          "rings": [
            {
              "date": "2026-11-27",
              "name": "testing",
              "reasons": [],
              "regions": [
                "Testing",
              ],
            },
            {
              "date": "2026-11-30",
              "name": "us-preview",
              "reasons": [
                {
                  "kind": "weekend",
                  "text": "weekend",
                },
              ],
              "regions": [
                "US preview",
              ],
            },
            {
              "date": "2026-12-01",
              "name": "asia",
              "reasons": [],
              "regions": [
                "Asia except Japan and India",
              ],
            },
            {
              "date": "2026-12-02",
              "name": "europe",
              "reasons": [],
              "regions": [
                "Europe except UK",
              ],
            },
            {
              "date": "2026-12-03",
              "name": "br-ca-jp-in",
              "reasons": [],
              "regions": [
                "Brazil",
                "Canada",
                "Japan",
                "India",
              ],
            },
            {
              "date": "2026-12-04",
              "name": "au-uk-us",
              "reasons": [],
              "regions": [
                "Australia",
                "United Kingdom",
                "United States",
              ],
            },
          ],
        },
      ],
      "nextToken": "eyJzb3J0Ijoic2NoZWR1bGVkT24iLCJsYXN0IjpbIjIwMjYtMTEtMjciXSwiaGFzaCI6Ii1KdURnV2F6YzlvbTdxZUMifQ",
    }
  `);
});
