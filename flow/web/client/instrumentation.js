const unknown = () => {
  throw new Error("flow/web/client/lean.js leaves out what observes a router");
};

export const instrumentClientSideRouter = unknown;
export const getRouteInstrumentationUpdates = unknown;
export const consumeInstrumentationClientResultMetaReceiver = () => undefined;
