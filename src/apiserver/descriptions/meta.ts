/** What kubectl explain says of the parts that all kinds share. */
export const metaDescriptions = `
*
  apiVersion: The group and version of the API that this object is written in.
  kind: What kind of object this is.
  metadata: Name, namespace, labels and what else every object has.
ObjectMeta: Data that every stored object has.
  name: The object's name, unique among objects of its kind in the namespace. It never changes.
  generateName: With this and no name, the server makes up a name that begins so.
  namespace: The namespace in which the object lives. It never changes.
  selfLink: No longer used.
  uid: Set by the server; no two objects ever have the same.
  resourceVersion: Changes with every write. An update that names an older one is refused.
  generation: Counts the changes of what is wanted.
  creationTimestamp: When the server created the object.
  deletionTimestamp: Set when the object is to go; it goes when no finalizer is left.
  deletionGracePeriodSeconds: How long the object may take to end.
  labels: Keys and values by which objects are found and chosen.
  annotations: Keys and values for tools; they cannot be searched.
  ownerReferences: Objects that this one belongs to. When all of them are gone, so is this one.
  finalizers: Who still has something to do before the object may go.
  managedFields: Who set which fields, for server-side apply.
OwnerReference: Names an object in the same namespace, or without one, that owns this one.
  apiVersion: Group and version of the owner.
  kind: Kind of the owner.
  name: Name of the owner.
  uid: UID of the owner.
  controller: Whether the owner is the one that manages this object.
  blockOwnerDeletion: Whether deleting the owner in the foreground waits for this object.
ManagedFieldsEntry: The fields that one writer owns.
  manager: The name of the writer.
  operation: Apply or Update.
  apiVersion: The version in which the fields are written.
  time: When the writer last changed a field.
  fieldsType: How the fields are written; always FieldsV1.
  fieldsV1: The fields, as a tree.
  subresource: The sub-resource that was written, such as status.
LabelSelector: Chooses objects by their labels. All requirements must hold; an empty one chooses everything.
  matchLabels: Labels with the value that they must have.
  matchExpressions: Further requirements on labels.
LabelSelectorRequirement: A requirement on one label.
  key: The label's key.
  operator: In, NotIn, Exists or DoesNotExist.
  values: The values for In and NotIn.
Condition: One aspect of the object's state.
  type: What the condition is about.
  status: True, False or Unknown.
  severity: How bad it is when the condition is not met.
  observedGeneration: The generation of the object that this speaks of.
  lastTransitionTime: When the status last changed.
  reason: Why, in one word for programs.
  message: Why, in words for people.
ObjectReference: Names another object.
  kind: Kind of the object.
  namespace: Namespace of the object.
  name: Name of the object.
  uid: UID of the object.
  apiVersion: Group and version of the object.
  resourceVersion: The version of the object that is meant.
  fieldPath: The part of the object that is meant.
LocalObjectReference: Names an object in the same namespace.
  name: Name of the object.
TypedLocalObjectReference: Names an object of some kind in the same namespace.
  apiGroup: Group of the object; empty for the core group.
  kind: Kind of the object.
  name: Name of the object.
TypedObjectReference: Names an object of some kind.
  apiGroup: Group of the object; empty for the core group.
  kind: Kind of the object.
  name: Name of the object.
  namespace: Namespace of the object.
`;
