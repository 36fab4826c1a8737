import { catalogSchemas } from './catalog-schemas.ts';
import { catalogRoutes } from './catalog.ts';
import { referenceRoutes } from './reference.ts';
import type { Route } from './route.ts';
import type { Schema } from './schema.ts';
import { trainSchemas } from './train-schemas.ts';
import { trainRoutes } from './trains.ts';

/** Everything that the API answers, and what its document describes. */
export const apiRoutes: readonly Route[] = [...catalogRoutes, ...referenceRoutes, ...trainRoutes];

/** The schemas that the routes refer to, by name. */
export const apiSchemas: Readonly<Record<string, Schema>> = { ...catalogSchemas, ...trainSchemas };
