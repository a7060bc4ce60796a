"""Where groups and vaults can be: the public cloud's regions ("Azure regions" in its documentation)."""

# The names as people read them, by geography. A backup can be restored in the geography that it was made in.
_GEOGRAPHIES = {
    "Asia Pacific": ("East Asia", "Southeast Asia"),
    "Australia": ("Australia Central", "Australia East", "Australia Southeast"),
    "Austria": ("Austria East",),
    "Belgium": ("Belgium Central",),
    "Brazil": ("Brazil South",),
    "Canada": ("Canada Central", "Canada East"),
    "Chile": ("Chile Central",),
    "Europe": ("North Europe", "West Europe"),
    "France": ("France Central",),
    "Germany": ("Germany West Central",),
    "India": ("Central India", "South India", "West India"),
    "Indonesia": ("Indonesia Central",),
    "Israel": ("Israel Central",),
    "Italy": ("Italy North",),
    "Japan": ("Japan East", "Japan West"),
    "Korea": ("Korea Central", "Korea South"),
    "Malaysia": ("Malaysia West",),
    "Mexico": ("Mexico Central",),
    "New Zealand": ("New Zealand North",),
    "Norway": ("Norway East",),
    "Poland": ("Poland Central",),
    "Qatar": ("Qatar Central",),
    "South Africa": ("South Africa North",),
    "Spain": ("Spain Central",),
    "Sweden": ("Sweden Central",),
    "Switzerland": ("Switzerland North",),
    "United Arab Emirates": ("UAE North",),
    "United Kingdom": ("UK South", "UK West"),
    "United States": (
        "Central US",
        "East US",
        "East US 2",
        "North Central US",
        "South Central US",
        "West Central US",
        "West US",
        "West US 2",
        "West US 3",
    ),
}


def _key(name: str) -> str:
    return name.replace(" ", "").lower()


# What requests call a region, and what people read.
REGIONS = {_key(name): name for name in sorted(name for names in _GEOGRAPHIES.values() for name in names)}
# Of the other clouds, the regions that a vault here is in.
_OTHER_CLOUDS = {"usgovvirginia": "US Government", "chinanorth3": "China"}
_GEOGRAPHY_OF = _OTHER_CLOUDS | {_key(name): geography for geography, names in _GEOGRAPHIES.items() for name in names}


def canonical(location: str) -> str | None:
    """A region's name as requests have it; None if there is no such region."""
    name = _key(location)
    return name if name in REGIONS else None


def geography(location: str) -> str:
    """The geography of a region, given its name as requests have it."""
    return _GEOGRAPHY_OF[location]
