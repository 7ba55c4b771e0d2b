module assay.test/untar

go 1.19
