package intake

import (
	"bytes"
	"context"
	"errors"
	"iter"

	"skrin/health"
	"skrin/pod"
)

// Filer says where records go.
type Filer struct {
	Session   *pod.Session
	Container pod.Path
	// ByType files each record in the sub-container of its type ("labs/"), in
	// transactions of some hundred. Otherwise all go right into Container, in
	// one transaction, and when the data breaks off nothing is filed.
	ByType bool
	// Each hears of every record that was read and every problem, in order. It may be nil.
	Each func(read int, p *health.Problem)
}

// One transaction of a filing by type, and the most that fits into one POST.
const (
	chunkRecords = 256
	chunkBytes   = 4 << 20
	batchRecords = 20_000
	batchBytes   = 32 << 20
)

// ErrBatch is returned when more comes for one transaction than fits into one.
var ErrBatch = errors.New("too many records for one request: send them in several, or as a Bundle to /health/")

// File reads all records and files them. On an error the summary tells what had
// been filed before; doing the same again then does the rest.
func (f Filer) File(ctx context.Context, records iter.Seq2[health.Record, *health.Problem]) (Summary, error) {
	var sum Summary
	var waiting batch
	for record, problem := range records {
		sum.Read++
		if problem != nil {
			sum.refuse(*problem)
		} else {
			waiting.add(record, f.ByType)
		}
		if f.Each != nil {
			f.Each(sum.Read, problem)
		}
		switch {
		case f.ByType && (len(waiting.records) >= chunkRecords || waiting.bytes >= chunkBytes):
			if err := f.commit(ctx, &waiting, &sum); err != nil {
				return sum, err
			}
		case len(waiting.records) > batchRecords || waiting.bytes > batchBytes:
			return sum, ErrBatch
		}
	}
	if sum.Ended && !f.ByType {
		return sum, nil
	}
	return sum, f.commit(ctx, &waiting, &sum)
}

// batch is what goes into the next transaction.
type batch struct {
	records []health.Record
	folders []string // of each record, "" or with its slash
	bytes   int
}

func (b *batch) add(r health.Record, byType bool) {
	folder := ""
	if byType {
		folder = r.Container
	}
	b.records, b.folders = append(b.records, r), append(b.folders, folder)
	b.bytes += len(r.Body)
}

// draft says under which name a record goes. Two sources may give the same id to
// different things: then the second one gets its other name.
func (b *batch) draft(i int) pod.Draft {
	r, folder := b.records[i], b.folders[i]
	d := pod.Draft{Name: folder + r.Name, Exact: true, MediaType: r.MediaType, Body: bytes.NewReader(r.Body), References: r.References}
	if r.NameIfTaken != "" {
		d.IfTaken = folder + r.NameIfTaken
	}
	return d
}

// commit files the batch in one transaction.
func (f Filer) commit(ctx context.Context, b *batch, sum *Summary) error {
	if len(b.records) == 0 {
		return nil
	}
	drafts := make([]pod.Draft, len(b.records))
	for i := range b.records {
		drafts[i] = b.draft(i)
	}
	receipts, err := f.Session.Append(ctx, f.Container, drafts...)
	for _, receipt := range receipts {
		sum.count(receipt)
	}
	*b = batch{}
	return err
}
