// Package demodata invents a citizen: Carmen, 66, who lives with COPD in a village in Extremadura, and what others
// keep about her. Hospital and Municipality give FHIR R4 transaction bundles as their systems would send them, Watch a
// year of Open mHealth data points in daily batches, as her watch and her blood pressure cuff would send them.
//
// Nobody here exists. The same moment gives the same bytes, so that an import can be repeated and a picture of it
// compared. The story that the numbers tell: about a hundred days before now she has an exacerbation, which the watch
// could have seen some days earlier (a faster pulse, less oxygen, fewer steps); she is treated, and recovers.
package demodata
