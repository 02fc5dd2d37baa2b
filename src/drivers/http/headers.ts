/** The cluster that a request is for. Another cluster's node refuses it: its votes would count there. */
export const CLUSTER_HEADER = 'graft-cluster';
/** The id of the node that a request comes from. */
export const FROM_HEADER = 'graft-from';
/** The id of the node that a request is for. Another node at that address refuses it. */
export const TO_HEADER = 'graft-to';

export const PROTOBUF_TYPE = 'application/x-protobuf';
export const JSON_TYPE = 'application/json';
