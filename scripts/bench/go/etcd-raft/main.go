// What the election of go.etcd.io/raft costs alone: three RawNodes in one process, pre-vote, check-quorum and
// lease-based reads on, each message handed on at once and every write done at once, in memory. Prints one line of JSON.
package main

import (
	"encoding/json"
	"flag"
	"io"
	"log"
	"os"
	"runtime"
	"time"

	"go.etcd.io/raft/v3"
	"go.etcd.io/raft/v3/raftpb"
)

const electionTicks = 10

type member struct {
	node    *raft.RawNode
	storage *raft.MemoryStorage
}

type cluster struct {
	members  map[uint64]*member
	order    []uint64
	messages int
	leader   uint64
}

func config(id uint64, storage *raft.MemoryStorage) *raft.Config {
	return &raft.Config{
		ID:              id,
		ElectionTick:    electionTicks,
		HeartbeatTick:   1,
		Storage:         storage,
		MaxSizePerMsg:   1 << 20,
		MaxInflightMsgs: 16,
		PreVote:         true,
		CheckQuorum:     true,
		ReadOnlyOption:  raft.ReadOnlyLeaseBased,
		Logger:          &raft.DefaultLogger{Logger: log.New(io.Discard, "", 0)},
	}
}

func newStorage(voters []uint64) *raft.MemoryStorage {
	storage := raft.NewMemoryStorage()
	snapshot := raftpb.Snapshot{Metadata: raftpb.SnapshotMetadata{Index: 1, Term: 1, ConfState: raftpb.ConfState{Voters: voters}}}
	if err := storage.ApplySnapshot(snapshot); err != nil {
		log.Fatal(err)
	}
	return storage
}

func newCluster(size int) *cluster {
	c := &cluster{members: map[uint64]*member{}}
	for id := uint64(1); id <= uint64(size); id++ {
		c.order = append(c.order, id)
	}
	for _, id := range c.order {
		storage := newStorage(c.order)
		node, err := raft.NewRawNode(config(id, storage))
		if err != nil {
			log.Fatal(err)
		}
		c.members[id] = &member{node, storage}
	}
	return c
}

// drain does all that is ready, until nothing is.
func (c *cluster) drain() {
	for busy := true; busy; {
		busy = false
		for _, id := range c.order {
			m := c.members[id]
			for m.node.HasReady() {
				busy = true
				ready := m.node.Ready()
				if !raft.IsEmptyHardState(ready.HardState) {
					_ = m.storage.SetHardState(ready.HardState)
				}
				_ = m.storage.Append(ready.Entries)
				if ready.SoftState != nil && ready.SoftState.RaftState == raft.StateLeader {
					c.leader = id
				}
				for _, message := range ready.Messages {
					c.messages++
					_ = c.members[message.To].node.Step(message)
				}
				m.node.Advance(ready)
			}
		}
	}
}

func (c *cluster) transfer() {
	from := c.leader
	c.members[from].node.TransferLeader(from%uint64(len(c.order)) + 1)
	c.drain()
	if c.leader == from {
		log.Fatal("no transfer")
	}
}

func (c *cluster) beat() {
	for _, id := range c.order {
		c.members[id].node.Tick()
	}
	c.drain()
}

func idleBytes(count int) float64 {
	voters := []uint64{1, 2, 3}
	kept := make([]*member, 0, count)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for len(kept) < count {
		storage := newStorage(voters)
		node, err := raft.NewRawNode(config(1, storage))
		if err != nil {
			log.Fatal(err)
		}
		kept = append(kept, &member{node, storage})
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(kept)
	return float64(after.HeapAlloc-before.HeapAlloc) / float64(count)
}

func main() {
	transfers := flag.Int("transfers", 100000, "leadership transfers")
	beats := flag.Int("beats", 300000, "heartbeat rounds")
	idle := flag.Int("idle", 10000, "idle nodes")
	flag.Parse()
	runtime.GOMAXPROCS(1)

	c := newCluster(3)
	_ = c.members[1].node.Campaign()
	c.drain()
	if c.leader != 1 {
		log.Fatal("no leader")
	}
	began := time.Now()
	for range *transfers {
		c.transfer()
	}
	transferSeconds := time.Since(began).Seconds()
	before := c.messages
	began = time.Now()
	for range *beats {
		c.beat()
	}
	beatSeconds := time.Since(began).Seconds()
	_ = json.NewEncoder(os.Stdout).Encode(map[string]float64{
		"transfersPerSecond":         float64(*transfers) / transferSeconds,
		"heartbeatMessagesPerSecond": float64(c.messages-before) / beatSeconds,
		"idleBytes":                  idleBytes(*idle),
	})
}
