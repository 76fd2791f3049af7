// Package export writes the files that people and other systems take: workbooks and tables.
package export
