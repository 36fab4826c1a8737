/** The App's commands, in one module: the command line loads it only if a command needs the App. */
export { diagnoseAsApp } from './doctor-as-app.ts';
export { exportPublishers, importPublishers } from './publishers.ts';
export { reviewOnce } from './review-once.ts';
export { serve } from './server.ts';
export { assignSignatures, exportFromStore, importIntoStore } from './signatures.ts';
export { addSubscription, listSubscriptions, removeSubscription } from './subscriptions.ts';
