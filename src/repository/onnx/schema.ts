import protobuf from 'protobufjs';
import type { OnnxModel, OnnxTensor } from './model.ts';

/**
 * The messages of the ONNX standard (IR version 13) as `type name number`, `*` for repeated and `+` for
 * repeated and packed. Enumerations are plain int32; names are the standard's in camel case. Fields keep
 * their presence (proto2), so that a 0 that was written is written again.
 */
const messages: Readonly<Record<string, string>> = {
  ModelProto: `int64 irVersion 1, OperatorSetIdProto* opsetImport 8, string producerName 2,
    string producerVersion 3, string domain 4, int64 modelVersion 5, string docString 6, GraphProto graph 7,
    StringStringEntryProto* metadataProps 14, TrainingInfoProto* trainingInfo 20, FunctionProto* functions 25,
    DeviceConfigurationProto* configuration 26`,
  GraphProto: `NodeProto* node 1, string name 2, TensorProto* initializer 5, string docString 10,
    ValueInfoProto* input 11, ValueInfoProto* output 12, ValueInfoProto* valueInfo 13,
    TensorAnnotation* quantizationAnnotation 14, SparseTensorProto* sparseInitializer 15,
    StringStringEntryProto* metadataProps 16`,
  NodeProto: `string* input 1, string* output 2, string name 3, string opType 4, AttributeProto* attribute 5,
    string docString 6, string domain 7, string overload 8, StringStringEntryProto* metadataProps 9,
    NodeDeviceConfigurationProto* deviceConfigurations 10`,
  AttributeProto: `string name 1, float f 2, int64 i 3, bytes s 4, TensorProto t 5, GraphProto g 6,
    float* floats 7, int64* ints 8, bytes* strings 9, TensorProto* tensors 10, GraphProto* graphs 11,
    string docString 13, TypeProto tp 14, TypeProto* typeProtos 15, int32 type 20, string refAttrName 21,
    SparseTensorProto sparseTensor 22, SparseTensorProto* sparseTensors 23`,
  TensorProto: `int64* dims 1, int32 dataType 2, TensorSegment segment 3, float+ floatData 4,
    int32+ int32Data 5, bytes* stringData 6, int64+ int64Data 7, string name 8, bytes rawData 9,
    double+ doubleData 10, uint64+ uint64Data 11, string docString 12, StringStringEntryProto* externalData 13,
    int32 dataLocation 14, StringStringEntryProto* metadataProps 16`,
  TensorSegment: 'int64 begin 1, int64 end 2',
  SparseTensorProto: 'TensorProto values 1, TensorProto indices 2, int64* dims 3',
  ValueInfoProto:
    'string name 1, TypeProto type 2, string docString 3, StringStringEntryProto* metadataProps 4',
  TypeProto: `TensorType tensorType 1, SequenceType sequenceType 4, MapType mapType 5, string denotation 6,
    OpaqueType opaqueType 7, TensorType sparseTensorType 8, SequenceType optionalType 9`,
  TensorType: 'int32 elemType 1, TensorShapeProto shape 2',
  SequenceType: 'TypeProto elemType 1',
  MapType: 'int32 keyType 1, TypeProto valueType 2',
  OpaqueType: 'string domain 1, string name 2',
  TensorShapeProto: 'Dimension* dim 1',
  Dimension: 'int64 dimValue 1, string dimParam 2, string denotation 3',
  OperatorSetIdProto: 'string domain 1, int64 version 2',
  StringStringEntryProto: 'string key 1, string value 2',
  TensorAnnotation: 'string tensorName 1, StringStringEntryProto* quantParameterTensorNames 2',
  TrainingInfoProto: `GraphProto initialization 1, GraphProto algorithm 2,
    StringStringEntryProto* initializationBinding 3, StringStringEntryProto* updateBinding 4`,
  FunctionProto: `string name 1, string* input 4, string* output 5, string* attribute 6, NodeProto* node 7,
    string docString 8, OperatorSetIdProto* opsetImport 9, string domain 10, AttributeProto* attributeProto 11,
    ValueInfoProto* valueInfo 12, string overload 13, StringStringEntryProto* metadataProps 14`,
  DeviceConfigurationProto: 'string name 1, int32 numDevices 2, string* device 3',
  NodeDeviceConfigurationProto:
    'string configurationId 1, ShardingSpecProto* shardingSpec 2, int32 pipelineStage 3',
  ShardingSpecProto: `string tensorName 1, int64* device 2, IntIntListEntryProto* indexToDeviceGroupMap 3,
    ShardedDimProto* shardedDim 4`,
  ShardedDimProto: 'int64 axis 1, SimpleShardedDimProto* simpleSharding 2',
  SimpleShardedDimProto: 'int64 dimValue 1, string dimParam 2, int64 numShards 3',
  IntIntListEntryProto: 'int64 key 1, int64* value 2',
};

function fieldsOf(fields: string): Record<string, protobuf.IField> {
  return Object.fromEntries(
    fields.split(',').map((field) => {
      const [declared = '', name = '', number] = field.trim().split(/\s+/);
      const type = declared.replace(/[*+]$/, '');
      const packed = declared.endsWith('+');
      return [
        name,
        type === declared
          ? { type, id: Number(number) }
          : { type, id: Number(number), rule: 'repeated', options: { packed } },
      ];
    }),
  );
}

const root = protobuf.Root.fromJSON({
  nested: Object.fromEntries(
    Object.entries(messages).map(([name, fields]) => [name, { edition: 'proto2', fields: fieldsOf(fields) }]),
  ),
});

/** Bytes to message and back; throws what protobuf throws on bytes that do not follow the wire format. */
export interface MessageCodec<Message> {
  decode(bytes: Uint8Array): Message;
  encode(message: Draft<Message>): Uint8Array;
}

/** A message as it is written: whatever is left out is not there. */
export type Draft<T> = T extends Uint8Array | bigint | string | number
  ? T
  : T extends readonly (infer Element)[]
    ? readonly Draft<Element>[]
    : { readonly [Key in keyof T]?: Draft<T[Key]> };

function codecOf<Message>(name: string): MessageCodec<Message> {
  const type = root.lookupType(name);
  return {
    decode: (bytes) => {
      const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      // The interfaces of model.ts say in TypeScript what the table above says to protobuf; a test holds them together.
      return type.toObject(type.decode(view), { longs: BigInt, arrays: true }) as Message;
    },
    encode: (message) => {
      const encoded = type.encode(type.fromObject(Object.assign({}, message))).finish();
      // Small results lie in Node's shared pool; a model's bytes travel between threads and need memory of their own.
      return encoded.byteLength === encoded.buffer.byteLength ? encoded : new Uint8Array(encoded);
    },
  };
}

export const modelCodec = codecOf<OnnxModel>('ModelProto');
export const tensorCodec = codecOf<OnnxTensor>('TensorProto');
