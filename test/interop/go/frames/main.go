// frames reads and writes graft's messages with Go's own protobuf runtime:
//
//	frames <schema.proto>
//
// It takes a line of JSON each on stdin and answers a line each on stdout:
//
//	{"do":"decode","type":"Heartbeat","hex":"..."}       {"fields":{...},"unknown":"..."}
//	{"do":"encode","type":"Heartbeat","fields":{...}}    {"hex":"..."}
//
// A request that fails is answered with {"error":"..."}. Fields are as protobuf's JSON mapping spells them, under their
// names in the schema: 64-bit numbers are strings, bytes are base64. `unknown` is what the schema has no field for.
package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/bufbuild/protocompile"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

type request struct {
	Do     string          `json:"do"`
	Type   string          `json:"type"`
	Hex    string          `json:"hex"`
	Fields json.RawMessage `json:"fields"`
}

type answer struct {
	Fields  json.RawMessage `json:"fields,omitempty"`
	Unknown string          `json:"unknown,omitempty"`
	Hex     string          `json:"hex,omitempty"`
	Error   string          `json:"error,omitempty"`
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: frames <schema.proto>")
	}
	schema, err := compile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	out := json.NewEncoder(os.Stdout)
	lines := bufio.NewScanner(os.Stdin)
	// The longest payload that the library reads is 64 KiB, twice that in hexadecimal.
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		reply, err := obey(schema, lines.Bytes())
		if err != nil {
			reply = answer{Error: err.Error()}
		}
		if err := out.Encode(reply); err != nil {
			log.Fatal(err)
		}
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
}

func compile(path string) (protoreflect.FileDescriptor, error) {
	compiler := protocompile.Compiler{
		Resolver: &protocompile.SourceResolver{ImportPaths: []string{filepath.Dir(path)}},
	}
	files, err := compiler.Compile(context.Background(), filepath.Base(path))
	if err != nil {
		return nil, err
	}
	return files[0], nil
}

func obey(schema protoreflect.FileDescriptor, line []byte) (answer, error) {
	var asked request
	if err := json.Unmarshal(line, &asked); err != nil {
		return answer{}, err
	}
	kind := schema.Messages().ByName(protoreflect.Name(asked.Type))
	if kind == nil {
		return answer{}, fmt.Errorf("%s has no message %q", schema.Path(), asked.Type)
	}
	message := dynamicpb.NewMessage(kind)
	switch asked.Do {
	case "decode":
		return decode(message, asked.Hex)
	case "encode":
		return encode(message, asked.Fields)
	default:
		return answer{}, fmt.Errorf("do is %q: decode or encode", asked.Do)
	}
}

func decode(message *dynamicpb.Message, payload string) (answer, error) {
	bytes, err := hex.DecodeString(payload)
	if err != nil {
		return answer{}, err
	}
	if err := proto.Unmarshal(bytes, message); err != nil {
		return answer{}, err
	}
	fields, err := protojson.MarshalOptions{UseProtoNames: true, EmitDefaultValues: true}.Marshal(message)
	if err != nil {
		return answer{}, err
	}
	return answer{Fields: fields, Unknown: hex.EncodeToString(message.GetUnknown())}, nil
}

func encode(message *dynamicpb.Message, fields []byte) (answer, error) {
	if err := protojson.Unmarshal(fields, message); err != nil {
		return answer{}, err
	}
	bytes, err := proto.MarshalOptions{Deterministic: true}.Marshal(message)
	if err != nil {
		return answer{}, err
	}
	return answer{Hex: hex.EncodeToString(bytes)}, nil
}
